import { ApplicationFailure } from '@temporalio/common';

/**
 * The closed set of failures, by remedy. Only `OutsideDown` is tried again. `what` and `remedy` hold no embargoed text.
 *
 * - `ConfigurationError`: signalbox.yaml or a repository's set-up is wrong; a person mends it and resumes the step.
 * - `RefusedByPolicy`: a rule says no; the message names the rule.
 * - `Conflict`: the name exists with other content; the message names both.
 * - `OutsideDown`: the outside system did not answer, or answered that it cannot now.
 * - `BugInUs`: a case that cannot be.
 */
export const FAILURE_TYPES = [
  'ConfigurationError',
  'RefusedByPolicy',
  'Conflict',
  'OutsideDown',
  'BugInUs',
] as const;

export type FailureType = (typeof FAILURE_TYPES)[number];

export interface FailureText {
  /** The place: project, ref, file, URL. */
  readonly where: string;
  readonly what: string;
  /** What would be right, or what to do next. */
  readonly remedy: string;
}

/** Never retried: a person has to act. */
export function permanent(type: Exclude<FailureType, 'OutsideDown'>, text: FailureText): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    nonRetryable: true,
    message: `${text.where}: ${text.what}. ${text.remedy}`,
    details: [text],
  });
}

/** Whether a person can mend it; the others are ours, or the outside's. */
export function isForPeople(error: unknown): error is ApplicationFailure {
  const types: readonly unknown[] = ['ConfigurationError', 'RefusedByPolicy', 'Conflict'];
  return error instanceof ApplicationFailure && types.includes(error.type);
}

/** Retried by Temporal; `retryAfterMs` is what the outside asked for. */
export function outsideDown(text: FailureText, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'OutsideDown',
    message: `${text.where}: ${text.what}. ${text.remedy}`,
    details: [text],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
