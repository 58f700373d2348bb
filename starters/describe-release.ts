import { milestonesOf, type Milestone } from '../domain/release/milestones';
import type { ReleaseRow } from '../records/releases';
import type { ReleaseOrder } from './release-request';

/** What the Temporal UI tells of a release from its first moment, as Markdown: who wants what, and who will be asked. */
export function describeRelease({
  row,
  order,
  awaitMilestones,
}: {
  readonly row: ReleaseRow;
  readonly order: ReleaseOrder;
  readonly awaitMilestones: readonly Milestone[];
}): string {
  const { settings, startedBy, startedAt } = row;
  const approvals = settings.approvals.filter(({ kinds }) => kinds.includes(order.kind));
  return [
    `Started by **${startedBy.id}** at ${startedAt}.`,
    '',
    order.kind === 'monthly'
      ? `Makes ${order.minor} of ${settings.product}.`
      : `Patches ${order.minors.join(', ')} of ${settings.product} (${order.type}).`,
    ...(order.kind === 'patch' && order.exception !== undefined ? [`Exception: ${order.exception}`] : []),
    `Projects, in the order they are tagged: ${settings.projects.map(({ name }) => name).join(', ')}.`,
    '',
    `Milestones: ${milestonesOf(order.kind).join(' → ')}.`,
    '',
    ...approvals.map(
      ({ before, count, roles }) =>
        `- ${before} waits for ${count} ${count === 1 ? 'approval' : 'approvals'} of ${roles.join(' or ')}.`,
    ),
    ...(awaitMilestones.length === 0 ? [] : [`- ${awaitMilestones.join(', ')} wait for the calendar.`]),
  ].join('\n');
}
