import { milestonesOf, type Milestone } from '../domain/release/milestones';
import type { Blocker, ReleaseStatus, VersionStatus } from '../domain/release/release';
import type { ReleaseRow } from '../records/releases';
import type { RecordedTransition } from '../records/transitions';
import type { VersionState } from '../domain/version/superset';
import type { VersionRow } from '../records/versions';

export interface RecordedRelease {
  readonly row: ReleaseRow;
  /** Of the release and its versions, in the order they were recorded. */
  readonly transitions: readonly RecordedTransition[];
  readonly versions: readonly VersionRow[];
}

/** What a number's state says about how far its version has come; burned and withdrawn numbers say nothing. */
const REACHED: Readonly<Partial<Record<VersionState, VersionStatus['reached']>>> = {
  reserved: 'started',
  tagged: 'tagged',
  built: 'built',
  publishing: 'verified',
  published: 'published',
};

/**
 * The state of a release as its record tells it: for lists, and for when nobody else can tell. What only the workflow
 * knows is missing: what it waits for, whose approvals it has, until when it is held.
 */
export function recordedStatus({ row, transitions, versions }: RecordedRelease): ReleaseStatus {
  const lines = transitions.filter(({ workflowId }) => workflowId === row.id);
  const reached = milestonesReached(row, lines);
  const blockers = failedSteps(transitions);
  const hold = currentHold(row, lines);
  const aborted = lines.find(({ to }) => to === 'aborted');
  const milestone = reached.at(-1);
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: milestone?.milestone ?? milestonesOf(row.kind)[0] ?? 'opened',
    since: milestone?.at ?? row.startedAt,
    ...sideState({ aborted, hold, blocker: blockers.at(-1), kept: keptBy(row, lines) }),
    reached,
    blockers: aborted === undefined ? blockers : [],
    approvals: [],
    versions: versionsOf(row, versions),
  };
}

function milestonesReached(
  row: ReleaseRow,
  lines: readonly RecordedTransition[],
): readonly { readonly milestone: Milestone; readonly at: string }[] {
  const milestones: readonly string[] = milestonesOf(row.kind);
  const reached = new Map<Milestone, string>();
  for (const { to, at } of lines) {
    if (isMilestone(to, milestones) && !reached.has(to)) reached.set(to, at);
  }
  return [...reached].map(([milestone, at]) => ({ milestone, at }));
}

function isMilestone(state: string, milestones: readonly string[]): state is Milestone {
  return milestones.includes(state);
}

/** The lines are written by domain/release-state.ts: `<step>: <sentence>`, and `<step> is tried again: <reason>`. */
function failedSteps(transitions: readonly RecordedTransition[]): readonly Blocker[] {
  const failed = new Map<string, Blocker>();
  for (const { to, sentence, at, evidence } of transitions) {
    const [step = '', ...said] = sentence.split(': ');
    if (to === 'step_failed')
      failed.set(step, {
        step,
        since: at,
        verdict: { verdict: 'fail', sentence: said.join(': '), evidence },
      });
    if (to === 'step_resumed') failed.delete(step.replace(/ is tried again$/, ''));
  }
  return [...failed.values()];
}

function currentHold(
  { settings }: ReleaseRow,
  lines: readonly RecordedTransition[],
): RecordedTransition | undefined {
  let hold: RecordedTransition | undefined;
  for (const line of lines) {
    if (line.to === 'held') hold = line;
    if (line.to === 'resumed') hold = undefined;
    if (line.to === 'hold_expired' && settings.onHoldExpiry === 'resume') hold = undefined;
  }
  return hold;
}

/** What keeps it since it last came on: a milestone that is reached afterwards says that it was let go. */
function keptBy({ kind }: ReleaseRow, lines: readonly RecordedTransition[]): RecordedTransition | undefined {
  const milestones: readonly string[] = milestonesOf(kind);
  const come = lines.findLastIndex(({ to }) => isMilestone(to, milestones));
  return lines.slice(come + 1).find(({ to }) => to === 'blocked');
}

function sideState({
  aborted,
  hold,
  blocker,
  kept,
}: {
  readonly aborted: RecordedTransition | undefined;
  readonly hold: RecordedTransition | undefined;
  readonly blocker: Blocker | undefined;
  readonly kept: RecordedTransition | undefined;
}): Partial<Pick<ReleaseStatus, 'state' | 'since'>> {
  if (aborted !== undefined) return { state: 'aborted', since: aborted.at };
  if (hold !== undefined) return { state: 'held', since: hold.at };
  if (blocker !== undefined) return { state: 'failed_step', since: blocker.since };
  return kept === undefined ? {} : { state: 'blocked', since: kept.at };
}

function versionsOf(row: ReleaseRow, versions: readonly VersionRow[]): readonly VersionStatus[] {
  return versions.flatMap(({ line, number, state }) => {
    const reached = REACHED[state];
    return line !== 'product' || reached === undefined
      ? []
      : [{ version: number, workflowId: row.id, reached }];
  });
}
