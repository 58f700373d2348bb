import { SIGNERS, type RehearsalSignature } from './rehearsal';
import type { Actor } from './release';

/** How far a release is whose versions become public together. */
export interface UnitStanding {
  /** Its versions are public, or on their way. */
  readonly isOut: boolean;
  /** They are being compared with what there is now, and claimed or cut again. */
  readonly isClaiming: boolean;
}

/** What stands against rehearsing it now; undefined where nothing does. */
export function rehearsalRefusal({
  isOut,
  isClaiming,
  isTagged,
  isWanted,
}: UnitStanding & { readonly isTagged: boolean; readonly isWanted: boolean }): string | undefined {
  if (isOut) return 'Its versions are public or about to be; there is nothing left to rehearse.';
  if (isClaiming)
    return 'It is comparing its versions with what there is now; what is cut again then is rehearsed as it is.';
  if (!isTagged) return 'It is rehearsed from what was tagged, and it is not tagged yet.';
  return isWanted ? 'It is being rehearsed already.' : undefined;
}

export interface SignatureAsked {
  /** Of what the person has seen. */
  readonly digest: string;
  readonly by: Actor;
}

/** What stands against a signature; undefined where nothing does. */
export function signatureRefusal(
  { digest, by }: SignatureAsked,
  {
    isOut,
    latest,
    roles,
    signatures,
  }: Pick<UnitStanding, 'isOut'> & {
    /** Digest of the newest rehearsal; absent before the first. */
    readonly latest: string | undefined;
    /** Who has to sign, by policy. */
    readonly roles: readonly string[];
    readonly signatures: readonly RehearsalSignature[];
  },
): string | undefined {
  // Where policy asks for nobody's word, that of everybody who sees it counts.
  const signing = roles.length > 0 ? roles : SIGNERS;
  if (latest === undefined) return 'It was not rehearsed yet; there is nothing to sign.';
  if (isOut) return 'Its versions are public or about to be; there is nothing left to sign.';
  if (digest !== latest)
    return 'Something has moved since: what you signed is not what there is. Look at it again.';
  if (!signing.some((role) => by.roles.includes(role)))
    return `Only ${signing.join(' or ')} may sign this, which ${by.id} is not.`;
  return signatures.some((one) => one.by.id === by.id && one.digest === digest)
    ? `${by.id} has signed this already.`
    : undefined;
}

/** What stands against cutting its versions again; undefined where nothing does. */
export function recutRefusal(
  minors: readonly string[] | undefined,
  {
    isOut,
    isClaiming,
    open,
  }: UnitStanding & {
    /** Minors whose versions are closed and not public. */
    readonly open: readonly string[];
  },
): string | undefined {
  if (isOut) return 'Its versions are public or about to be; from here on the only way is forward.';
  if (isClaiming)
    return 'It is comparing its versions with what there is now, and cuts again what has moved.';
  if (open.length === 0) return 'Its lists are not frozen yet; it takes what is there when it closes.';
  const strange = minors?.find((minor) => !open.includes(minor));
  return strange === undefined ? undefined : `It has no version of ${strange}; it has ${open.join(', ')}.`;
}
