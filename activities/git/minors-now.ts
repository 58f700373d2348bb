import { maintainedAt, minorsAt, type KnownMinors, type MinorsNow } from '../../domain/embargo/owing-at';
import { branchedMinors } from '../../domain/version/branched-minors';
import { followingProjects } from '../../domain/project';
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

/** As canonical was last fetched, and by what is claimed now. */
export async function minorsNow(outside: Outside, request: OwingRequest): Promise<MinorsNow> {
  const known = await readMinors(outside, request);
  const claimed = await askRecords(() => outside.records.versions.claimed());
  return minorsAt(known, { claimed, policies: request.settings.maintenance, at: new Date().toISOString() });
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

async function windowAtOpening({ records }: Outside, release: string): Promise<readonly string[]> {
  const opening = await askRecords(() => records.effects.find<Opening>(openingKey(release)));
  return opening?.maintained ?? [];
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
  const lead = followingProjects(settings.projects).at(-1) ?? settings.projects.at(-1);
  if (lead === undefined) return [];
  return branchedMinors(lead, await outside.mirrorOf(lead).names('canonical', 'heads'));
}
