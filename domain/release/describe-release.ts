import { milestonesOf, type Milestone } from './milestones';
import type { Actor, ReleaseSettings } from './release';

/** What a release was asked to make. */
export type ReleaseAim =
  | { readonly kind: 'monthly'; readonly minor: string }
  /** Minors newest first. */
  | {
      readonly kind: 'patch';
      readonly minors: readonly string[];
      readonly type: string;
      readonly exception?: string;
    };

export interface DescribedRelease {
  readonly aim: ReleaseAim;
  readonly settings: ReleaseSettings;
  readonly startedBy: Actor;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly awaitMilestones: readonly Milestone[];
}

/** What the Temporal UI tells of a release from its first moment, as Markdown: who wants what, and who will be asked. */
export function describeRelease({
  aim,
  settings,
  startedBy,
  startedAt,
  awaitMilestones,
}: DescribedRelease): string {
  const approvals = settings.approvals.filter(({ kinds }) => kinds.includes(aim.kind));
  return [
    `Started by **${startedBy.id}** at ${startedAt}.`,
    '',
    aim.kind === 'monthly'
      ? `Makes ${aim.minor} of ${settings.product}.`
      : `Patches ${aim.minors.join(', ')} of ${settings.product} (${aim.type}).`,
    ...(aim.kind === 'patch' && aim.exception !== undefined ? [`Exception: ${aim.exception}`] : []),
    `Projects, in the order they are tagged: ${settings.projects.map(({ name }) => name).join(', ')}.`,
    '',
    `Milestones: ${milestonesOf(aim.kind).join(' → ')}.`,
    '',
    ...approvals.map(
      ({ before, count, roles }) =>
        `- ${before} waits for ${count} ${count === 1 ? 'approval' : 'approvals'} of ${roles.join(' or ')}.`,
    ),
    ...(awaitMilestones.length === 0 ? [] : [`- ${awaitMilestones.join(', ')} wait for the calendar.`]),
  ].join('\n');
}
