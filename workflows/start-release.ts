import { startChild, type ChildWorkflowOptions } from '@temporalio/workflow';
import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { describeRelease } from '../domain/release/describe-release';
import type { monthlyRelease } from './monthly-release';
import type { patchRelease } from './patch-release';
import type { MonthlyReleaseInput, PatchReleaseInput } from './release.messages';

const KIND = defineSearchAttributeKey('SignalboxKind', 'KEYWORD');
const STATE = defineSearchAttributeKey('SignalboxState', 'KEYWORD');
const VERSION = defineSearchAttributeKey('SignalboxVersion', 'KEYWORD');

/** A release that is in the records, to be started by another workflow. */
export type ReleaseStart = {
  /** Workflow id. */
  readonly id: string;
  readonly title: string;
  /** ISO 8601 */
  readonly startedAt: string;
} & (
  | { readonly kind: 'monthly'; readonly input: MonthlyReleaseInput }
  | { readonly kind: 'patch'; readonly input: PatchReleaseInput }
);

/** Starts a release, or finds that it was started. It goes on without whoever has started it. */
export async function startRelease(release: ReleaseStart): Promise<void> {
  const { id, title } = release;
  const options: ChildWorkflowOptions = {
    workflowId: id,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: 'ABANDON',
    typedSearchAttributes: [
      { key: KIND, value: release.kind },
      { key: STATE, value: 'opened' },
      ...(release.kind === 'monthly' ? [{ key: VERSION, value: release.input.minor }] : []),
    ],
    staticSummary: title,
    staticDetails: detailsOf(release),
  };
  try {
    if (release.kind === 'monthly')
      await startChild<typeof monthlyRelease>('monthlyRelease', { ...options, args: [release.input] });
    else await startChild<typeof patchRelease>('patchRelease', { ...options, args: [release.input] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function detailsOf(release: ReleaseStart): string {
  const aim =
    release.kind === 'monthly'
      ? ({ kind: 'monthly', ...release.input } as const)
      : ({ kind: 'patch', ...release.input } as const);
  const { startedAt, input } = release;
  const { settings, startedBy, awaitMilestones } = input;
  return describeRelease({ aim, startedAt, settings, startedBy, awaitMilestones });
}
