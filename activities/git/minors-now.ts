import { bornMinors, maintainedAt, owingAt, type MinorsThereAre } from '../../domain/embargo/owing-at';
import { branchedMinors } from '../../domain/version/branched-minors';
import { effectKey } from '../../domain/version/naming';
import type { ReleaseSettings } from '../../domain/release/release';
import { RecordsConflict } from '../../records/database';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { publishedMinors } from './survey-lines';

export interface OwingRequest {
  readonly release: string;
  readonly settings: ReleaseSettings;
}

/** What is known of minors, all but the claims, which move until the very moment of another one. */
export interface KnownMinors extends Omit<MinorsThereAre, 'claimed'> {
  /** Maintained when the release opened; empty for a release that kept nothing then. */
  readonly atOpening: readonly string[];
}

export interface MinorsNow {
  /** Those that get fixes. */
  readonly maintained: readonly string[];
  /** Those of which nothing is out, and which owe fixes all the same. */
  readonly born: readonly string[];
  /** Both of them, and those that the release promised to cover when it opened. */
  readonly owing: readonly string[];
  readonly atOpening: readonly string[];
}

/** As canonical was last fetched, and by what is claimed now. */
export async function minorsNow(outside: Outside, request: OwingRequest): Promise<MinorsNow> {
  const known = await readMinors(outside, request);
  const claimed = await askRecords(() => outside.records.versions.claimed());
  return minorsOf(known, { claimed, settings: request.settings });
}

/** As {@link minorsNow}, of what was read. */
export function minorsOf(
  { atOpening, ...known }: KnownMinors,
  { claimed, settings }: { readonly claimed: readonly string[]; readonly settings: ReleaseSettings },
): MinorsNow {
  const there = { ...known, claimed };
  const asked = { policies: settings.maintenance, at: new Date().toISOString() };
  return {
    maintained: maintainedAt(there, asked),
    born: bornMinors(there),
    owing: owingAt(there, { ...asked, atOpening }),
    atOpening,
  };
}

export async function readMinors(
  outside: Outside,
  { release, settings }: OwingRequest,
): Promise<KnownMinors> {
  const [out, branched, atOpening] = await Promise.all([
    publishedMinors(outside, settings),
    minorsBranched(outside, settings),
    windowAtOpening(outside, release),
  ]);
  return { out, branched, atOpening };
}

export async function windowAtOpening({ records }: Outside, release: string): Promise<readonly string[]> {
  const opening = await askRecords(() => records.effects.find<Opening>(openingKey(release)));
  return opening?.maintained ?? [];
}

/**
 * Minors that came out since a patch of everything that was maintained opened, and of which it has no version: it makes one of
 * each, whether or not it has anything to disclose. A patch of some minors keeps to those.
 */
export function newSinceOpening(
  { maintained, atOpening }: Pick<MinorsNow, 'maintained' | 'atOpening'>,
  minors: readonly string[],
): readonly string[] {
  const isWhole = atOpening.length > 0 && atOpening.every((minor) => minors.includes(minor));
  return isWhole ? maintained.filter((minor) => !minors.includes(minor)) : [];
}

interface Opening {
  readonly maintained: readonly string[];
}

function openingKey(release: string): string {
  return effectKey({ release, step: 'open', target: 'window' });
}

/**
 * Keeps which minors are maintained when a release opens: those it promises to cover. A claim may still be taken back, so only
 * what is public counts. What was kept first stands.
 */
export async function keepWindow(outside: Outside, { release, settings }: OwingRequest): Promise<void> {
  const { effects } = outside.records;
  const key = openingKey(release);
  if ((await askRecords(() => effects.find(key))) !== undefined) return;
  const out = await publishedMinors(outside, settings);
  const asked = { policies: settings.maintenance, at: new Date().toISOString() };
  const maintained = maintainedAt({ out, branched: [], claimed: [] }, asked);
  const lines = { release, workflowId: callingWorkflow(release), transitions: [] };
  await askRecords(async () => {
    try {
      await effects.record({ ...lines, key, step: 'open', target: 'window', result: { maintained } });
    } catch (error) {
      // Another attempt was quicker, and something came out in between.
      if (!(error instanceof RecordsConflict)) throw error;
    }
  });
}

async function minorsBranched(outside: Outside, settings: ReleaseSettings): Promise<readonly string[]> {
  const lead =
    settings.projects.findLast(({ versioning }) => versioning !== 'own') ?? settings.projects.at(-1);
  if (lead === undefined) return [];
  return branchedMinors(lead, await outside.mirrorOf(lead).names('canonical', 'heads'));
}
