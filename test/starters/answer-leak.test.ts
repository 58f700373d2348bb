import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { failedAnswer } from '../../starters/answer-leak';

it('tells whoever said that it has leaked why its doors could not be closed', () => {
  const why = ApplicationFailure.nonRetryable('GitLab, PUT mirrors: it answered 403', 'OutsideRefused');
  const effect = new ActivityFailure(
    'Activity task failed',
    'answerLeak',
    '1',
    'NON_RETRYABLE_FAILURE',
    '',
    why,
  );

  const { explanation } = failedAnswer(
    'embargo:k3v9x0q2ab',
    new WorkflowFailedError('Workflow execution failed', effect, 'NON_RETRYABLE_FAILURE'),
  );

  expect(explanation.what).toBe(
    'it is marked as compromised, and not every door could be closed: GitLab, PUT mirrors: it answered 403',
  );
});
