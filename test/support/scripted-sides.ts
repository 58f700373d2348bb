import { ApplicationFailure } from '@temporalio/common';
import type { MirrorEffects } from '../../activities/mirror-effects';
import {
  pairsToRelate,
  planMirror,
  relationKey,
  type KnownTag,
  type RefFacts,
  type RefPlan,
  type Relation,
} from '../../domain/mirror/mirror-plan';
import type { RefApart } from '../../domain/mirror/mirror-status';
import {
  DIFFERENCES,
  type MirroredState,
  type MirrorSide,
  type RefObjects,
} from '../../domain/mirror/mirrored-ref';
import type { Project } from '../../domain/project';

type Side = MirrorSide | 'canonical';

interface Row {
  readonly state: MirroredState;
  readonly objects: RefObjects;
  readonly since: string;
  readonly difference: number;
  readonly agreed?: string;
  readonly left?: RefObjects;
  readonly task?: number;
}

export interface MirrorCall {
  readonly effect: keyof MirrorEffects;
  readonly input: unknown;
}

/** Three sides in memory, planned by the rules as they are. An object is a commit such as `a2`, whose parent is `a1`. */
export interface ScriptedSides {
  readonly effects: MirrorEffects;
  readonly calls: readonly MirrorCall[];
  readonly tags: Record<string, KnownTag>;
  /** Refs that a side refuses, and sides that do not answer; effects that fail so often. */
  readonly faults: {
    readonly refused: Set<string>;
    readonly silent: Set<MirrorSide>;
    readonly failing: Map<keyof MirrorEffects, number>;
  };
  set(side: Side, ref: string, object: string | undefined): void;
  get(side: Side, ref: string): string | undefined;
  callsOf(effect: keyof MirrorEffects): readonly MirrorCall[];
  /** Issues by number: open or closed. */
  readonly issues: Map<number, 'open' | 'closed'>;
}

/** @param at the time of the server */
export function scriptSides(project: Project, at: () => string): ScriptedSides {
  const sides: Readonly<Record<Side, Map<string, string>>> = {
    canonical: new Map(),
    security: new Map(),
    build: new Map(),
  };
  const rows = new Map<string, Row>();
  const issues = new Map<number, 'open' | 'closed'>();
  const calls: MirrorCall[] = [];
  const tags: Record<string, KnownTag> = {};
  const faults: ScriptedSides['faults'] = { refused: new Set(), silent: new Set(), failing: new Map() };

  function objectsOf(ref: string): RefObjects {
    const entries = Object.entries(sides).flatMap(([side, refs]) => {
      const object = refs.get(ref);
      return object === undefined ? [] : [[side, object] as const];
    });
    return Object.fromEntries(entries);
  }

  function plansOf(asked: readonly string[] | undefined): readonly RefPlan[] {
    const names = new Set(
      asked ?? [...rows.keys(), ...Object.values(sides).flatMap((refs) => [...refs.keys()])],
    );
    const refs = [...names].map((ref): RefFacts => {
      const { agreed, left } = rows.get(ref) ?? {};
      const objects = objectsOf(ref);
      return {
        ref,
        objects,
        commits: objects,
        ...(agreed === undefined ? {} : { agreed }),
        ...(left === undefined ? {} : { left }),
      };
    });
    const relations = Object.fromEntries(
      pairsToRelate({ project, refs }).map((pair) => [relationKey(pair), relationOf(pair.from, pair.to)]),
    );
    return planMirror({ project, refs, tags, relations });
  }

  function record({ ref, state, objects }: Pick<RefPlan, 'ref' | 'state' | 'objects'>): void {
    const before = rows.get(ref);
    const isNew = before === undefined || before.state !== state;
    const { agreed, ...kept } = before ?? { since: '', difference: 0 };
    const began = DIFFERENCES.has(state) && !(before !== undefined && DIFFERENCES.has(before.state));
    const agreedNow = state === 'in_sync' ? objects.canonical : agreed;
    rows.set(ref, {
      ...kept,
      state,
      objects,
      since: isNew ? at() : kept.since,
      difference: kept.difference + Number(began),
      ...(agreedNow === undefined ? {} : { agreed: agreedNow }),
    });
  }

  function told(plan: RefPlan): RefApart {
    const { since = '', difference = 0, task } = rows.get(plan.ref) ?? {};
    return { ...plan, since, difference, ...(task === undefined ? {} : { task: taskOf(task) }) };
  }

  function apartOf(plans: readonly RefPlan[]): readonly RefApart[] {
    return plans.filter(({ state }) => !['in_sync', 'gone', 'left'].includes(state)).map(told);
  }

  const usual: MirrorEffects = {
    lookAtRefs: async ({ refs, look }) => {
      const isWhole = refs === undefined || refs.some((ref) => !sides.canonical.has(ref));
      const plans = plansOf(isWhole ? undefined : refs).map((plan) => {
        const row = rows.get(plan.ref);
        const isSame = JSON.stringify(row?.objects) === JSON.stringify(plan.objects);
        return row?.state === 'refused' && isSame ? { ...plan, state: row.state } : plan;
      });
      const tasks = new Map([...rows].map(([ref, { task }]) => [ref, task]));
      for (const plan of plans) record(plan);
      const settled = plans.flatMap(({ ref, state }) => {
        const task = tasks.get(ref);
        const isSettled = task !== undefined && ['in_sync', 'gone', 'left'].includes(state);
        return isSettled
          ? [{ ref, state, difference: rows.get(ref)?.difference ?? 0, task: taskOf(task) }]
          : [];
      });
      return { at: at(), look, isWhole, refs: rows.size, apart: apartOf(plans), more: 0, settled };
    },
    syncRefs: async ({ refs }) => {
      const plans = refs.map((plan): RefPlan => {
        const moves = plan.moves.filter(({ side, to }) => {
          if (faults.silent.has(side) || faults.refused.has(`${side} ${plan.ref}`)) return true;
          sides[side].set(plan.ref, to);
          return false;
        });
        const isRefused = moves.some(({ side }) => faults.refused.has(`${side} ${plan.ref}`));
        const objects = objectsOf(plan.ref);
        const state = stateAfter(plan, { isLeft: moves.length > 0, isRefused });
        record({ ref: plan.ref, state, objects });
        return { ...plan, moves, objects, state };
      });
      const silent = [...faults.silent].filter((side) =>
        plans.some(({ moves }) => moves.some((one) => one.side === side)),
      );
      return {
        at: at(),
        apart: apartOf(plans),
        moved: [],
        silent: silent.map((side) => ({ side, sentence: 'HTTP 502' })),
      };
    },
    openMirrorTask: async ({ ref }) => {
      const issue = ref.task?.issue ?? issues.size + 1;
      issues.set(issue, 'open');
      const row = rows.get(ref.ref);
      if (row !== undefined) rows.set(ref.ref, { ...row, task: issue });
      return { at: at(), task: taskOf(issue) };
    },
    closeMirrorTask: async ({ ref }) => {
      issues.set(ref.task.issue, 'closed');
      const { task: _closed, ...row } = rows.get(ref.ref) ?? {
        state: 'gone',
        objects: {},
        since: '',
        difference: 0,
      };
      rows.set(ref.ref, row);
      return { at: at() };
    },
    tellOwners: async () => ({ at: at() }),
    followCanonical: async ({ ref }) => {
      const object = sides.canonical.get(ref.ref);
      for (const side of ['security', 'build'] as const)
        if (object === undefined) sides[side].delete(ref.ref);
        else sides[side].set(ref.ref, object);
      return { at: at() };
    },
    leaveDifference: async ({ ref }) => {
      const row = rows.get(ref.ref);
      if (row !== undefined) rows.set(ref.ref, { ...row, left: ref.objects });
      return { at: at() };
    },
  };

  return {
    calls,
    tags,
    faults,
    issues,
    callsOf: (effect) => calls.filter((call) => call.effect === effect),
    get: (side, ref) => sides[side].get(ref),
    set: (side, ref, object) => {
      if (object === undefined) sides[side].delete(ref);
      else sides[side].set(ref, object);
    },
    effects: scripted(usual, { calls, failing: faults.failing }),
  };
}

function scripted(
  usual: MirrorEffects,
  { calls, failing }: { readonly calls: MirrorCall[]; readonly failing: Map<keyof MirrorEffects, number> },
): MirrorEffects {
  const names = Object.keys(usual) as (keyof MirrorEffects)[];
  const entries = names.map((effect) => [
    effect,
    async (input: never) => {
      calls.push({ effect, input });
      const left = failing.get(effect) ?? 0;
      if (left > 0) {
        failing.set(effect, left - 1);
        const message = 'gitlab-org/gitaly: it cannot be read. Mend it';
        throw ApplicationFailure.create({ type: 'ConfigurationError', nonRetryable: true, message });
      }
      return (usual[effect] as (told: never) => Promise<unknown>)(input);
    },
  ]);
  return Object.fromEntries(entries) as MirrorEffects;
}

/** `a2` is behind `a3`; `b2` has gone another way. */
function relationOf(from: string, to: string): Relation {
  if (from[0] !== to[0]) return 'diverged';
  return Number(from.slice(1)) < Number(to.slice(1)) ? 'behind' : 'ahead';
}

function stateAfter(
  { state }: RefPlan,
  { isLeft, isRefused }: { readonly isLeft: boolean; readonly isRefused: boolean },
): MirroredState {
  if (DIFFERENCES.has(state) && state !== 'refused') return state;
  if (isRefused) return 'refused';
  return isLeft ? state : 'in_sync';
}

function taskOf(issue: number): { readonly issue: number; readonly url: string } {
  return { issue, url: `https://gitlab.test/group/security/gitaly/-/issues/${issue}` };
}
