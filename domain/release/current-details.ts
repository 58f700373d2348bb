import type { Milestone } from './milestones';
import type { ReleaseStatus } from './release';
import { words } from './release-state';

/** A release in Markdown, for whoever has nothing but the engine's own page: what it is, its state, since when, whom it waits for, what is next. */
export function currentDetails(status: ReleaseStatus, milestones: readonly Milestone[]): string {
  const { title, state, since, next, waitingFor, hold, blockers, versions } = status;
  const reached = new Map(status.reached.map(({ milestone, at }) => [milestone, at]));
  const told = [
    `### ${title}`,
    `**${words(state)}**${since === '' ? '' : ` since ${minute(since)}`}`,
    ...(hold === undefined ? [] : [`Held by **${hold.by.id}** until ${minute(hold.until)}: ${hold.reason}`]),
    ...blockers.map(
      ({ step, verdict, since: failedAt }) =>
        `Failed step **${step}** since ${minute(failedAt)}: ${verdict.sentence} Try again: \`signalbox release resume ${status.id} --step "${step}"\``,
    ),
    ...(waitingFor === undefined ? [] : [`Waits for **${waitingFor.who}**: ${waitingFor.sentence}`]),
    ...(next === undefined ? [] : [`Next: **${words(next.milestone)}** (${next.sentence})`]),
  ];
  return [
    // A paragraph each: Markdown runs lines together.
    ...told.flatMap((line) => [line, '']),
    ...milestones.map((milestone) => {
      const at = reached.get(milestone);
      return `- [${at === undefined ? ' ' : 'x'}] ${words(milestone)}${at === undefined ? '' : ` ${minute(at)}`}`;
    }),
    ...(versions.length === 0
      ? []
      : ['', ...versions.map((one) => `- ${one.version}: ${one.reached} (\`${one.workflowId}\`)`)]),
  ].join('\n');
}

function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
