import { workflowInfo } from '@temporalio/workflow';
import type { LeakReport } from '../domain/embargo/leak-report';
import { effect } from './effect-proxies';
import type { LeakAnswerInput } from './leak-answer.messages';

/** What is done at once when a secret is out. Its name and its id say nothing of which. */
export async function leakAnswer({ settings, embargo }: LeakAnswerInput): Promise<LeakReport> {
  const { workflowId: release } = workflowInfo();
  const common = { release, kind: 'patch', settings, embargo } as const;
  const { at: _at, ...report } = await effect('answerLeak', 'Close doors, list what is out', common);
  return report;
}
