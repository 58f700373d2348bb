import type { ActivityFailure } from '@temporalio/workflow';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Verdict } from '../domain/verdict';

/** What a failed effect tells the person who has to act. */
export function failureVerdict(error: ActivityFailure): Verdict {
  const { cause } = error;
  if (cause instanceof TimeoutFailure)
    return {
      verdict: 'unknown',
      sentence: 'It did not end in the time it has.',
      whoActs: 'operator',
      evidence: [],
    };
  const sentence = cause instanceof ApplicationFailure ? cause.message : error.message;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Error') : 'Error';
  return {
    verdict: 'fail',
    sentence,
    whoActs: 'release-manager',
    evidence: [{ label: 'failure', value: type }],
  };
}
