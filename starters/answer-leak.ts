import { randomUUID } from 'node:crypto';
import {
  WorkflowFailedError,
  type Client,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { RELEASES } from '../engine/task-queues';
import { moveOfOthers } from '../domain/embargo/embargo';
import type { LeakReport } from '../domain/embargo/leak-report';
import type { ReleaseSettings } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { Records } from '../records/records';
import type { LeakAnswerInput } from '../workflows/leak-answer.messages';
import { askEngine } from './ask-engine';
import { moveEmbargo, readableEmbargo, type EmbargoAsked } from './embargoes';
import { EngineUnavailable, NotPossible } from './refusals';

export interface LeakDeps {
  readonly client: Client;
  readonly records: Records;
  readonly settings: ReleaseSettings;
}

export interface LeakTold extends EmbargoAsked {
  readonly reason: string;
  readonly key: string;
}

export interface LeakAnswered {
  readonly verdict: Verdict;
  /** Absent where the engine has not answered yet: it goes on, and what it closes stands in `embargo check`. */
  readonly report?: LeakReport;
}

/** Together less than a client waits for the gateway. */
const START_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 20_000;

/**
 * Marks an embargo as compromised and has everything done that is done then. One that is compromised already is looked at again.
 * @throws NotThere, in the same words, for one that does not exist and for one that this person may not know of;
 * EngineUnavailable where nothing was started, NotPossible where doors cannot be closed: it is marked all the same
 */
export async function answerLeak(deps: LeakDeps, told: LeakTold): Promise<LeakAnswered> {
  const { records } = deps;
  const embargo = await readableEmbargo(records, told);
  // Whoever may not say that it has leaked may not have it looked at again either: doors are closed, and what is out is listed.
  const refusal = moveOfOthers('compromise', { embargo, by: told.person });
  if (refusal !== undefined) return { verdict: refusal };
  const moved = await moveEmbargo(records, { ...told, move: 'compromise' });
  const isKnown = moved.verdict === 'fail' && embargo.state === 'compromised';
  if (moved.verdict !== 'pass' && !isKnown) return { verdict: moved };
  const verdict: Verdict = isKnown
    ? { verdict: 'pass', sentence: `${told.id} is compromised already; it is looked at again.`, evidence: [] }
    : moved;
  const report = await reportOf(deps, told.id);
  return report === undefined ? { verdict } : { verdict, report };
}

async function reportOf(deps: LeakDeps, embargo: string): Promise<LeakReport | undefined> {
  const handle = await startAnswer(deps, embargo);
  try {
    return await askEngine({ client: deps.client, withinMs: ANSWER_WITHIN_MS }, () => handle.result());
  } catch (error) {
    // It is started, so it goes on however long it takes.
    if (error instanceof EngineUnavailable) return undefined;
    if (error instanceof WorkflowFailedError) throw failedAnswer(embargo, error);
    throw error;
  }
}

async function startAnswer(
  { client, settings }: LeakDeps,
  embargo: string,
): Promise<WorkflowHandleWithFirstExecutionRunId<(input: LeakAnswerInput) => Promise<LeakReport>>> {
  const input: LeakAnswerInput = { settings, embargo };
  // Drawn: an id that is made of the embargo would tell which it is to whoever sees two of them.
  const workflowId = `leak:${randomUUID()}`;
  try {
    return await askEngine({ client, withinMs: START_WITHIN_MS }, () =>
      client.workflow.start<(input: LeakAnswerInput) => Promise<LeakReport>>('leakAnswer', {
        workflowId,
        taskQueue: RELEASES,
        args: [input],
      }),
    );
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    const { where, what } = error.explanation;
    throw new EngineUnavailable(
      {
        where: embargo,
        what: `it is marked as compromised, and nothing is closed yet: ${where}: ${what}`,
        remedy: 'Say again that it has leaked once the engine answers (`signalbox doctor`)',
      },
      { cause: error },
    );
  }
}

/** What a person is told where doors could not be closed, with the sentence of whatever stood against it. */
export function failedAnswer(embargo: string, error: WorkflowFailedError): NotPossible {
  return new NotPossible(
    {
      where: embargo,
      what: `it is marked as compromised, and not every door could be closed: ${rootCause(error.cause) ?? error.message}`,
      remedy: 'Mend that, then say again that it has leaked; what is closed stays closed',
    },
    { cause: error },
  );
}
