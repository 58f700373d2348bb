import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  type ActivityFailure,
  type ChildWorkflowFailure,
} from '@temporalio/workflow';
import type { Verdict } from '../domain/verdict';

/** Failures that say nothing about the release: it could not be measured, or we have to mend ourselves. */
const UNKNOWN = ['OutsideDown'];
const FOR_OPERATORS = ['OutsideDown', 'BugInUs'];

/** What a failed effect tells the person who has to act. */
export function failureVerdict({ cause, message }: ActivityFailure): Verdict {
  if (cause instanceof TimeoutFailure)
    return {
      verdict: 'unknown',
      sentence: 'It did not end in the time it has.',
      whoActs: 'operator',
      evidence: [],
    };
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Error') : 'Error';
  return {
    verdict: UNKNOWN.includes(type) ? 'unknown' : 'fail',
    sentence: cause instanceof ApplicationFailure ? cause.message : message,
    whoActs: FOR_OPERATORS.includes(type) ? 'operator' : 'release-manager',
    evidence: [{ label: 'failure', value: type }],
  };
}

/** What the end of a version's workflow tells that nobody of us has asked for. */
export function endVerdict({ cause, message }: ChildWorkflowFailure): Verdict {
  return { verdict: 'fail', sentence: endSentence(cause, message), whoActs: 'operator', evidence: [] };
}

function endSentence(cause: Error | undefined, message: string): string {
  if (cause instanceof CancelledFailure) return 'Its workflow was cancelled in the engine.';
  if (cause instanceof TerminatedFailure) return 'Its workflow was terminated in the engine.';
  return `Its workflow has failed: ${cause?.message ?? message}.`;
}
