import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import type { Verdict } from '../verdict';
import type { Actor } from './release';

/** A ref of canonical as it is, and as it will be. */
export interface RehearsedRef {
  readonly ref: string;
  /** Absent for one that will be new. */
  readonly from?: string;
  readonly to: string;
}

/** One push as it will be done: all of its refs or none, and what the gate says of it. */
export interface RehearsedPush {
  readonly project: string;
  /** `18.6.2`, or what the push is for. */
  readonly of: string;
  /** Empty where it cannot be made as things stand. */
  readonly refs: readonly RehearsedRef[];
  readonly verdict: Verdict;
}

export interface RehearsedPackage {
  readonly project: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/** Words that the world will read, and what the gate says of them. */
export interface RehearsedText {
  readonly project: string;
  /** What people know it by: `release page of v18.6.2-ee`. */
  readonly name: string;
  readonly text: string;
  readonly verdict: Verdict;
}

/** Everything but the last flip. For release managers and AppSec. */
export interface Rehearsal {
  readonly versions: readonly string[];
  readonly pushes: readonly RehearsedPush[];
  readonly packages: readonly RehearsedPackage[];
  readonly texts: readonly RehearsedText[];
  /**
   * Whether managed systems have each fix, as they are now, with the exceptions that count; absent where none is named. Nothing
   * of it becomes public, so nobody signs it: the claim asks again, and cuts again without what a system lacks.
   */
  readonly systems?: readonly Verdict[];
}

/** What will become public, a line for each thing: by its name, what it will be. The digest is of these lines. */
export function rehearsedLines({
  pushes,
  packages,
  texts,
}: Rehearsal): readonly (readonly [string, string])[] {
  const refs = pushes.flatMap(pushLines);
  const files = packages.map(
    ({ project, version, file, sha256 }) => [`${project} ${version} ${file}`, sha256] as const,
  );
  const words = texts.map(
    ({ project, name, text, verdict }) => [`${project} ${name}`, `${text}, ${verdict.verdict}`] as const,
  );
  return [...refs, ...files, ...words].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function pushLines({ project, of, refs, verdict }: RehearsedPush): readonly (readonly [string, string])[] {
  if (refs.length === 0) return [[`${project} ${of}`, `${verdict.sentence}, ${verdict.verdict}`]];
  return refs.map(({ ref, from, to }) => [
    `${project} ${ref}`,
    `${from ?? 'new'} -> ${to}, ${verdict.verdict}`,
  ]);
}

/** Names of what is not as it was rehearsed: changed, new or gone. */
export function whatMoved(before: Rehearsal, after: Rehearsal): readonly string[] {
  const old = new Map(rehearsedLines(before));
  const now = new Map(rehearsedLines(after));
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return names.filter((name) => old.get(name) !== now.get(name));
}

/** What the gate would refuse. */
export function obstaclesOf({ pushes, texts }: Rehearsal): readonly (RehearsedPush | RehearsedText)[] {
  return [...pushes, ...texts].filter(({ verdict }) => verdict.verdict !== 'pass');
}

/** Who sees what was rehearsed, and so who may sign it. */
export const SIGNERS: readonly string[] = [SECURITY_ENGINEER, RELEASE_MANAGER];

/** A person's word for exactly what was rehearsed. */
export interface RehearsalSignature {
  readonly digest: string;
  readonly by: Actor;
  readonly reason: string;
  /** ISO 8601 */
  readonly at: string;
}

/** Roles that are still to sign. Each person signs for one role, and what was signed before it moved does not count. */
export function rolesToSign(
  roles: readonly string[],
  { digest, signatures }: { readonly digest: string; readonly signatures: readonly RehearsalSignature[] },
): readonly string[] {
  const valid = signatures.filter((signature) => signature.digest === digest);
  return fewestMissing(roles, valid);
}

/** Roles and signatures are few, so every assignment is tried. */
function fewestMissing(
  roles: readonly string[],
  signatures: readonly RehearsalSignature[],
): readonly string[] {
  const [role, ...others] = roles;
  if (role === undefined) return [];
  const withoutRole = [role, ...fewestMissing(others, signatures)];
  const tries = signatures
    .filter(({ by }) => by.roles.includes(role))
    .map(({ by }) =>
      fewestMissing(
        others,
        signatures.filter((one) => one.by.id !== by.id),
      ),
    );
  return tries.reduce((best, one) => (one.length <= best.length ? one : best), withoutRole);
}
