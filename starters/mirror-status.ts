import type { Client } from '@temporalio/client';
import { MirrorState } from '../domain/mirror/mirror-state';
import type { MirrorSettings, MirrorStatus, RefApart } from '../domain/mirror/mirror-status';
import type { MirroredRef } from '../records/mirrored-refs';
import type { Records } from '../records/records';
import { mirrorStatus as statusQuery } from '../workflows/mirror.messages';
import { askEngine } from './ask-engine';
import { mirrorId } from './start-mirror';

const QUERY_WITHIN_MS = 5_000;

export interface MirrorStatusDeps {
  readonly client: Client;
  readonly records: Records;
}

/**
 * What a mirror itself says; where nobody answers for it, what was recorded, said to be unknown since then.
 * @throws RecordsUnavailable
 */
export async function mirrorStatus(
  { client, records }: MirrorStatusDeps,
  settings: MirrorSettings,
): Promise<MirrorStatus> {
  const id = mirrorId(settings.project.name);
  try {
    return await askEngine({ client, withinMs: QUERY_WITHIN_MS }, () =>
      client.workflow.getHandle(id).query(statusQuery),
    );
  } catch (error) {
    return recordedStatus(records, {
      settings,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

async function recordedStatus(
  records: Records,
  { settings, reason }: { readonly settings: MirrorSettings; readonly reason: string },
): Promise<MirrorStatus> {
  const { name } = settings.project;
  const [apart, { refs, look, at }] = await Promise.all([
    records.mirroredRefs.apart(name),
    records.mirroredRefs.summary(name),
  ]);
  const state = new MirrorState({ id: mirrorId(name), settings });
  const since = at ?? '';
  state.looked({ at: since, look, refs, more: 0, apart: apart.map(refApart) }, []);
  state.fellSilent(since, {
    verdict: 'unknown',
    sentence:
      at === undefined
        ? 'The mirror does not answer, and nothing of it is recorded.'
        : `Unknown since ${at}: the mirror does not answer. What was recorded until then is shown.`,
    whoActs: 'operator',
    evidence: [{ label: 'answer', value: reason }],
  });
  return { ...state.status(), state: 'unknown', since };
}

/** What can be moved or decided only the mirror itself knows. */
function refApart({ ref, state, objects, sentence, since, difference }: MirroredRef): RefApart {
  return { ref, state, objects, sentence, since, difference, moves: [], isClaimed: false };
}
