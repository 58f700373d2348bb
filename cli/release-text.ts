import type { HandOverStatus } from '../domain/internal/hand-over';
import { milestonesOf } from '../domain/release/milestones';
import type { ReleaseStatus, RetriedStep } from '../domain/release/release';
import { words } from '../domain/release/release-state';
import type { Paint } from './demo/board';

export interface ReleaseRow {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly since: string;
  readonly versions: readonly string[];
}

/** One line a release, for 80 columns. */
export function releaseTable(releases: readonly ReleaseRow[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...releases.map(({ id }) => id.length));
  return releases.map(({ id, state, since, versions }) =>
    `${paint.bold(id.padEnd(width))}  ${words(state).padEnd(12)}  ${paint.dim(minute(since))}  ${versions.join(' ')}`.trimEnd(),
  );
}

export interface ShownRelease extends ReleaseStatus {
  readonly retrying: readonly RetriedStep[];
}

/** Everything a person needs to know of one release, the most pressing first. */
export function releaseLines(status: ShownRelease, paint: Paint): readonly string[] {
  const { title, state, since, hold, waitingFor, next, blockers, retrying, versions } = status;
  const reached = new Map<string, string>(status.reached.map(({ milestone, at }) => [milestone, at]));
  return [
    paint.bold(title),
    `${words(state)} since ${minute(since)}`,
    ...(hold === undefined
      ? []
      : [paint.yellow(`held by ${hold.by.id} until ${minute(hold.until)}: ${hold.reason}`)]),
    ...blockers.flatMap(({ step, verdict }) => [
      paint.red(`failed: ${step}`),
      `  ${verdict.sentence}`,
      `  signalbox release resume ${status.id} --step "${step}" --reason "…"`,
    ]),
    ...retrying.flatMap(({ step, attempt, sentence }) => [
      paint.yellow(`tried again by itself: ${step} (attempt ${attempt})`),
      `  ${sentence}`,
    ]),
    ...(waitingFor === undefined
      ? []
      : [paint.yellow(`waits for ${waitingFor.who}`), `  ${waitingFor.sentence}`]),
    ...(next === undefined ? [] : [`next: ${words(next.milestone)} (${next.sentence})`]),
    '',
    ...milestonesOf(status.kind).map((milestone) => {
      const at = reached.get(milestone);
      const mark = at === undefined ? paint.dim('○') : paint.green('●');
      return `${mark} ${words(milestone).padEnd(20)} ${at === undefined ? '' : paint.dim(minute(at))}`.trimEnd();
    }),
    ...(versions.length === 0
      ? []
      : ['', ...versions.map(({ version, reached: far }) => `${version.padEnd(17)} ${far}`)]),
    ...(status.handOver === undefined ? [] : ['', ...handOverLines(status.handOver)]),
  ];
}

function handOverLines({ dueAt, installations }: HandOverStatus): readonly string[] {
  return [
    `handed over; to be verified by ${minute(dueAt)}`,
    ...installations.map(
      ({ name, state, since, by }) =>
        `${name.padEnd(20)} ${state.padEnd(9)} ${minute(since)}${by === undefined ? '' : ` by ${by}`}`,
    ),
  ];
}

function minute(at: string): string {
  return at === '' ? 'not yet' : `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
