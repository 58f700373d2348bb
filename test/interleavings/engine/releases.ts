import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { signDecision } from '../../../domain/release/decision';
import type { Milestone } from '../../../domain/release/milestones';
import type { Actor, ReleaseStatus } from '../../../domain/release/release';
import { words } from '../../../domain/release/release-state';
import { milestoneDue, status } from '../../../workflows/release.messages';
import { until } from '../../support/until';
import type { EngineWorld } from './engine-world';
import type { ReleaseSort } from './happenings';

const ROSA: Actor = { id: 'rosa', roles: ['release-manager'] };
/** Where each release waits for the calendar, so that a history decides what comes between. */
const GATES = {
  monthly: ['rc_tagged', 'closed', 'final_tagged', 'published'],
  patch: ['closed', 'tagged', 'built', 'published', 'disclosed'],
} as const satisfies Record<string, readonly Milestone[]>;
/** The longest that an effect may keep a release from where it stands next. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 50;
/** Each question is work for the worker that is asked about: as many looks pass without one. */
const ASK_EVERY = 2;
/** While an effect is under way it hardly stands. */
const ASK_AT_WORK_EVERY = 10;

interface Starting {
  readonly who: string;
  readonly kind: ReleaseSort;
  readonly minors: number;
}

/** A release as the history knows it. */
export class DrivenRelease {
  private readonly due = new Set<Milestone>();
  private isApproved = false;

  private constructor(
    readonly who: string,
    readonly kind: 'monthly' | 'patch',
    readonly handle: WorkflowHandle,
    private readonly world: EngineWorld,
  ) {}

  static async start(world: EngineWorld, { who, kind: sort, minors }: Starting): Promise<DrivenRelease> {
    const kind = sort === 'monthly' ? 'monthly' : 'patch';
    const id = kind === 'monthly' ? `monthly:18.7-${randomUUID()}` : `patch:${randomUUID()}`;
    world.releases.add(id);
    const { settings } = world;
    const row = { id, kind, title: who, requestKey: id, settings, startedBy: ROSA } as const;
    await world.database.records.releases.open(row);
    const common = { settings, startedBy: ROSA, awaitMilestones: GATES[kind] };
    const input =
      kind === 'monthly'
        ? { ...common, minor: '18.7' }
        : { ...common, minors: await newestOut(world, minors), type: sort };
    const handle = await world.house.client.workflow.start(`${kind}Release`, {
      taskQueue: world.house.workers.taskQueue,
      workflowId: id,
      args: [input],
    });
    const release = new DrivenRelease(who, kind, handle, world);
    await release.stands();
    return release;
  }

  status(): Promise<ReleaseStatus> {
    return this.handle.query(status);
  }

  async hasEnded(): Promise<boolean> {
    return isOver(await this.status());
  }

  /** Lets it over the gate that it stands at, or gives it the approval that it asks for. */
  async open(): Promise<void> {
    const { waitingFor } = await this.status();
    if (waitingFor?.who === 'the calendar') {
      const next = GATES[this.kind].find((milestone) => !this.due.has(milestone));
      if (next === undefined) return;
      this.due.add(next);
      await this.handle.signal(milestoneDue, { milestone: next, at: new Date().toISOString() });
    } else if (waitingFor !== undefined) {
      this.isApproved = await this.decide('approve', { before: 'published' });
    }
  }

  /** @returns when it can go no further by itself: at a gate, held, blocked or at its end */
  stands(): Promise<ReleaseStatus> {
    let unasked = 0;
    return until(
      `${this.who} to come to its next gate`,
      async () => {
        unasked += 1;
        const isAtWork = this.world.isAtWork(this.handle.workflowId);
        if (unasked < (isAtWork ? ASK_AT_WORK_EVERY : ASK_EVERY)) return false;
        unasked = 0;
        const now = await this.status();
        return this.isStanding(now) && now;
      },
      PATIENCE_MS,
      LOOK_EVERY_MS,
    );
  }

  private isStanding({ waitingFor, blockers, hold, state }: ReleaseStatus): boolean {
    if (state === 'finalised' || state === 'aborted' || blockers.length > 0) return true;
    if (waitingFor === undefined) return hold !== undefined && state === 'held';
    if (waitingFor.who !== 'the calendar') return !this.isApproved;
    return ![...this.due].some((milestone) => waitingFor.sentence.startsWith(`${words(milestone)} `));
  }

  /** @returns whether anything had failed */
  async resumeFailed(): Promise<boolean> {
    const { blockers } = await this.status();
    for (const { step } of blockers) await this.decide('resume', { step });
    return blockers.length > 0;
  }

  /** @returns false where a rule refuses it */
  async decide(kind: 'approve' | 'hold' | 'resume' | 'abort', fields: object = {}): Promise<boolean> {
    const decision = {
      id: randomUUID(),
      release: this.handle.workflowId,
      by: ROSA,
      reason: 'The history says so.',
      at: new Date().toISOString(),
      ...fields,
    };
    const proof = signDecision({ kind, decision }, this.world.privateKey);
    try {
      await this.handle.executeUpdate(kind, { args: [{ ...decision, proof }] });
      return true;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return false;
      // It has ended meanwhile.
      if (await this.hasEnded()) return false;
      throw error;
    }
  }
}

function isOver({ state }: ReleaseStatus): boolean {
  return state === 'finalised' || state === 'aborted';
}

/** Minors that are out, the newest first, as the product's last project has them. */
async function newestOut({ mirrorOf, settings }: EngineWorld, count: number): Promise<readonly string[]> {
  const lead = settings.projects.at(-1);
  if (lead === undefined) return [];
  const mirror = mirrorOf(lead);
  await mirror.fetch('canonical');
  const finals = (await mirror.names('canonical', 'tags')).flatMap(
    (tag) => /^v(\d+\.\d+)\.\d+$/.exec(tag)?.[1] ?? [],
  );
  return [...new Set(finals)].toSorted().toReversed().slice(0, count);
}
