import { judgeClaim, type KnownBefore } from '../../domain/embargo/claim-judgement';
import { hasEnded, type Embargo } from '../../domain/embargo/embargo';
import { isFirstVersion } from '../../domain/version/first-version';
import { minorOf } from '../../domain/version/number';
import { standingExceptions } from '../../domain/version/system-exceptions';
import { ClaimRefused } from '../../records/claim-unit';
import type { PublicationClaim, ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { absentFixes, readDeployed, unreadSystems } from '../gitlab/managed-systems';
import { publicationStep } from '../records/publication-step';
import { bringDisclosed } from './bring-disclosed';
import { containedFixes } from './contained-fixes';
import { fallenVersions } from './fallen-versions';
import { readMinors } from './minors-now';
import { fetchCanonical } from './survey-lines';
import { revertedVersions } from './reverted-versions';
import { takenByHand } from './taken-by-hand';

type ClaimInput = Parameters<ReleaseEffects['claimPublication']>[0];

/**
 * Compares what the versions were made of with what there is now, claims their numbers and begins the disclosure of their
 * fixes, in one transaction. Whichever has moved, the versions concerned are answered as overtaken, and composed again.
 * @throws ApplicationFailure RefusedByPolicy where a version lacks what is public, and its stable branch lacks it or has reverted it, too
 */
export async function claimPublication(outside: Outside, input: ClaimInput): Promise<PublicationClaim> {
  const { records } = outside;
  const step = publicationStep(input, input.versions);
  const known = await readKnown(outside, input);
  const policies = input.settings.maintenance;
  try {
    return await askRecords(() =>
      records.publication.claim({
        ...step,
        judge: (now) => judgeClaim({ ...input, policies, now: new Date().toISOString() }, { known, now }),
      }),
    );
  } catch (error) {
    if (error instanceof ClaimRefused) throw permanent('RefusedByPolicy', error.explanation);
    throw error;
  }
}

/** The same is asked of git whether or not anything was ever registered. */
async function readKnown(outside: Outside, input: ClaimInput): Promise<KnownBefore> {
  const before = await askRecords(() => outside.records.embargoes.all());
  const disclosing = await askRecords(() => outside.records.fixes.disclosingVersions());
  await fetchCanonical(outside, input.settings);
  await bringToFirst(outside, input);
  return {
    ...(await readSystems(outside, input, before)),
    ended: new Set(before.filter(hasEnded).map(({ id }) => id)),
    taken: await takenByHand(outside, input),
    minors: await readMinors(outside, input),
    fallen: await fallenVersions(outside, { ...input, disclosing }),
    reverted: await revertedVersions(outside, { ...input, embargoes: before }),
    contained: await containedFixes(outside, input),
  };
}

/** What X.Y.0 lacks comes with X.Y.1 in the same unit, once its stable branch has it. Nothing more comes to one that is claimed. */
async function bringToFirst(outside: Outside, { release, settings, versions }: ClaimInput): Promise<void> {
  const first = versions.find(isFirstVersion);
  if (first === undefined) return;
  const claimed = await askRecords(() => outside.records.versions.claimed());
  if (!claimed.includes(first)) await bringDisclosed(outside, { release, settings, minor: minorOf(first) });
}

type OnSystems = Pick<KnownBefore, 'absent' | 'unsure' | 'unread'>;

/** No other kind than a patch discloses. */
async function readSystems(
  outside: Outside,
  { kind, settings, fixes }: ClaimInput,
  embargoes: readonly Embargo[],
): Promise<OnSystems> {
  const { projects, managedSystems: systems = [], systemExceptions } = settings;
  const exceptions = standingExceptions(systemExceptions, new Date().toISOString());
  const deployed = await readDeployed(outside, { projects, systems: kind === 'patch' ? systems : [] });
  const mine = embargoes.filter(({ id }) => fixes.some(({ embargo }) => embargo === id));
  const found = await absentFixes(outside, { embargoes: mine, deployed, exceptions });
  const idsOf = (isUnknown: boolean): ReadonlySet<string> =>
    new Set(
      found.flatMap(({ embargo, verdict: { verdict } }) =>
        (verdict === 'unknown') === isUnknown ? [embargo] : [],
      ),
    );
  return { absent: idsOf(false), unsure: idsOf(true), unread: unreadSystems(deployed, exceptions) };
}
