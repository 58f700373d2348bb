import { ApplicationFailure } from '@temporalio/workflow';

/** How workflow code says no to a person: its words are the answer, and nothing else ends. */
export function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'RefusedByPolicy');
}
