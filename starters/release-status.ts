import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Explanation } from '../domain/explained-error';
import type { Blocker, ReleaseStatus, RetriedStep } from '../domain/release/release';
import type { Records } from '../records/records';
import { status } from '../workflows/release.messages';
import { askEngine } from './ask-engine';
import { NotThere } from './refusals';
import { retriedSteps } from './retried-steps';
import { recordedStatus, type RecordedRelease } from './recorded-status';

const QUERY_WITHIN_MS = 5_000;

/** A release as it says itself, with what the engine tries again for it. */
export interface ToldStatus extends ReleaseStatus {
  readonly retrying: readonly RetriedStep[];
}

/**
 * What the release itself says; where nobody answers for it, what was recorded, with a blocker of verdict `unknown` that
 * says since when nothing was heard. Never older news in the guise of new.
 * @throws NotThere, RecordsUnavailable
 */
export async function releaseStatus(
  { client, records }: { readonly client: Client; readonly records: Records },
  id: string,
): Promise<ToldStatus> {
  const recorded = await recordedRelease(records, id);
  try {
    const told = await askEngine({ client, withinMs: QUERY_WITHIN_MS }, () =>
      client.workflow.getHandle(id).query(status),
    );
    return { ...told, title: recorded.row.title, retrying: await retriedSteps(client, told) };
  } catch (error) {
    const derived = recordedStatus(recorded);
    return { ...derived, retrying: [], blockers: [...derived.blockers, silence(recorded, error)] };
  }
}

/** @throws NotThere */
export async function recordedRelease(records: Records, id: string): Promise<RecordedRelease> {
  const row = await records.releases.find(id);
  if (row === undefined) throw new NotThere(unknownRelease(id));
  const [transitions, versions] = await Promise.all([
    records.transitions.ofRelease(id),
    records.versions.ofRelease(id),
  ]);
  return { row, transitions, versions };
}

/** Told of one that is not there, and of one that whoever asks may not know of. */
export function unknownRelease(id: string): Explanation {
  return {
    where: `release ${id}`,
    what: 'there is none of that name',
    remedy: 'See `signalbox status` for those there are; a release is named `monthly:18.7` or `patch:7`',
  };
}

function silence({ row, transitions }: RecordedRelease, error: unknown): Blocker {
  const since = transitions.at(-1)?.at ?? row.startedAt;
  if (error instanceof WorkflowNotFoundError)
    return {
      step: 'start',
      since,
      verdict: {
        verdict: 'wait',
        sentence:
          'It is recorded, but its workflow was not started; asking for it again with the same key starts it.',
        whoActs: row.startedBy.id,
        evidence: [],
      },
    };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    step: 'status',
    since,
    verdict: {
      verdict: 'unknown',
      sentence: `Unknown since ${since}: the release does not answer. What was recorded until then is shown.`,
      whoActs: 'operator',
      evidence: [{ label: 'answer', value: reason }],
    },
  };
}
