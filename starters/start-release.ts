import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { SignalboxKind, SignalboxState, SignalboxVersion } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import { describeRelease } from '../domain/release/describe-release';
import { milestonesOf, type Milestone } from '../domain/release/milestones';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { monthlyTitle, patchTitle } from '../domain/release/release-title';
import type { Records } from '../records/records';
import type { ReleaseRow } from '../records/releases';
import type { MonthlyReleaseInput, PatchReleaseInput } from '../workflows/release.messages';
import { askEngine } from './ask-engine';
import { InvalidRequest, NotPossible } from './refusals';
import { refuseOtherProduct } from './refuse-other-product';
import { readRequest, type ReleaseOrder, type ReleaseRequest } from './release-request';

export interface StartDeps {
  readonly client: Client;
  readonly records: Records;
  /** The rules that the release is started with. */
  readonly settings: ReleaseSettings;
}

export interface StartRequest extends ReleaseRequest {
  /** Asked twice with the same key, one release is started. */
  readonly requestKey: string;
  readonly startedBy: Actor;
  /** Milestones that wait for the calendar; none means that the release goes on by itself. */
  readonly awaitMilestones?: readonly Milestone[];
}

export interface StartedRelease {
  /** Workflow id: `monthly:18.7`, `patch:7`. */
  readonly id: string;
  readonly kind: ReleaseRow['kind'];
  readonly title: string;
  /** False when the same request had started it before. */
  readonly isNew: boolean;
}

const START_WITHIN_MS = 10_000;

/**
 * Records the release, then starts its workflow. A crash in between is healed by asking again with the same key.
 * @throws InvalidRequest, NotPossible when the key asked for another one before, RecordsConflict when another
 * key started it, RecordsUnavailable, EngineUnavailable
 */
export async function startRelease(deps: StartDeps, request: StartRequest): Promise<StartedRelease> {
  const order = readRequest(request);
  const awaitMilestones = request.awaitMilestones ?? [];
  refuseUnknownMilestones(order, awaitMilestones);
  const { records } = deps;
  const known = await records.releases.findByRequestKey(request.requestKey);
  if (known === undefined) await refuseOtherProduct(deps);
  else if (known.kind !== order.kind) throw otherRequest(known, request.requestKey);
  const { id, title } = await nameOf(records, { order, requestKey: request.requestKey });
  if (known !== undefined && known.title !== title) throw otherRequest(known, request.requestKey);
  const { kind } = order;
  const { requestKey, startedBy } = request;
  const row = await records.releases.open({
    id,
    title,
    kind,
    requestKey,
    settings: deps.settings,
    startedBy,
  });
  await startWorkflow(deps.client, { row, order, awaitMilestones });
  return { id, kind: row.kind, title: row.title, isNew: known === undefined };
}

function refuseUnknownMilestones({ kind }: ReleaseOrder, asked: readonly Milestone[]): void {
  const milestones = milestonesOf(kind);
  const unknown = asked.find((milestone) => !milestones.includes(milestone));
  if (unknown === undefined) return;
  throw new InvalidRequest({
    where: 'the release asked for, awaitMilestones',
    what: `a ${kind} release has no milestone ${unknown}`,
    remedy: `Name some of ${milestones.join(', ')}`,
  });
}

/** The key was used already, for something that is not asked for now. */
export function otherRequest(known: ReleaseRow, requestKey: string): NotPossible {
  return new NotPossible({
    where: `request key ${requestKey}`,
    what: `it started ${known.id}, "${known.title}", and now asks for something else`,
    remedy: 'Use a new key for a new release',
  });
}

interface Named {
  readonly id: string;
  readonly title: string;
}

async function nameOf(
  records: Records,
  { order, requestKey }: { readonly order: ReleaseOrder; readonly requestKey: string },
): Promise<Named> {
  if (order.kind === 'monthly') return { id: `monthly:${order.minor}`, title: monthlyTitle(order.minor) };
  const serial = await records.releases.nextSerial({ kind: 'patch', requestKey });
  const id = `patch:${serial}`;
  return { id, title: patchTitle(id, order.minors) };
}

interface WorkflowStart {
  readonly row: ReleaseRow;
  readonly order: ReleaseOrder;
  readonly awaitMilestones: readonly Milestone[];
}

async function startWorkflow(client: Client, start: WorkflowStart): Promise<void> {
  // By name, so that starters know the messages of a workflow alone.
  const workflow = start.order.kind === 'monthly' ? 'monthlyRelease' : 'patchRelease';
  await startOnce(client, { workflow, options: startOptions(start) });
}

/** Starts a workflow under its id, or finds it. @throws EngineUnavailable */
export async function startOnce(
  client: Client,
  { workflow, options }: { readonly workflow: string; readonly options: WorkflowStartOptions },
): Promise<void> {
  try {
    await askEngine({ client, withinMs: START_WITHIN_MS }, () => client.workflow.start(workflow, options));
  } catch (error) {
    // It ran to its end already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function startOptions({ row, order, awaitMilestones }: WorkflowStart): WorkflowStartOptions {
  const common = { settings: row.settings, startedBy: row.startedBy, awaitMilestones };
  const input: MonthlyReleaseInput | PatchReleaseInput =
    order.kind === 'monthly'
      ? { ...common, minor: order.minor }
      : {
          ...common,
          minors: order.minors,
          type: order.type,
          ...(order.exception === undefined ? {} : { exception: order.exception }),
        };
  const version = order.kind === 'monthly' ? [{ key: SignalboxVersion, value: order.minor }] : [];
  return {
    workflowId: row.id,
    taskQueue: RELEASES,
    args: [input],
    typedSearchAttributes: [
      { key: SignalboxKind, value: order.kind },
      { key: SignalboxState, value: 'opened' },
      ...version,
    ],
    staticSummary: row.title,
    staticDetails: describeRelease({ ...row, aim: order, awaitMilestones }),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  };
}
