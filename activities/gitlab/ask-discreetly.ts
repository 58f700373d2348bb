import { ApplicationFailure } from '@temporalio/common';
import { outsideDown, permanent } from '../errors';
import { GitLabRefusal } from './requester';

const where = 'GitLab';

/**
 * Everybody may read why a step waits, and that anything was asked of a topic tells that there is one. So a failure says that
 * GitLab failed, as it may at any question of a step, and not at which.
 */
export async function askDiscreetly<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw withoutQuestion(error);
  }
}

function withoutQuestion(error: unknown): unknown {
  if (error instanceof GitLabRefusal) {
    const what = `it answered ${error.status}`;
    return permanent('Conflict', { where, what, remedy: 'Find the answer in its log, then resume the step' });
  }
  if (!(error instanceof ApplicationFailure)) return error;
  if (error.type === 'OutsideDown') {
    const text = { where, what: 'it does not answer', remedy: 'It is asked again' };
    const { nextRetryDelay } = error;
    return outsideDown(text, typeof nextRetryDelay === 'number' ? nextRetryDelay : undefined);
  }
  if (error.type !== 'ConfigurationError') return error;
  const remedy = 'Give the token of a maintainer with scope `api`, then resume the step';
  return permanent('ConfigurationError', { where, what: 'it does not accept the token', remedy });
}
