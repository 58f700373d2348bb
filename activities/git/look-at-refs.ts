import { tagRulesOf } from '../../domain/version/naming';
import { isInternal } from '../../domain/version/number';
import {
  pairsToRelate,
  planMirror,
  type KnownTag,
  type RefFacts,
  type RefPlan,
} from '../../domain/mirror/mirror-plan';
import { DIFFERENCES, isMirroredRef, type RefObjects } from '../../domain/mirror/mirrored-ref';
import { mirrorSentence } from '../../domain/mirror/mirror-sentence';
import type { MirroredRef } from '../../records/mirrored-refs';
import type { RefApart, SettledRef } from '../../domain/mirror/mirror-status';
import type { MirrorEffects, MirrorLook, MirrorSubject } from '../mirror-effects';
import type { Outside } from '../outside';
import { taskAt } from '../gitlab/mirror-task-place';
import { readMirroredRefs, type RefFound, type SidesRead } from './read-mirrored-refs';
import { relateHeads } from './relate-heads';

type Input = Parameters<MirrorEffects['lookAtRefs']>[0];

/** Of each kind; more are told by number, and come with the next look. */
const MOST_APART = 100;

type Known = ReadonlyMap<string, MirroredRef>;

interface Looked {
  readonly isWhole: boolean;
  readonly plans: readonly RefPlan[];
  readonly known: Known;
}

export async function lookAtRefs(outside: Outside, input: Input): Promise<MirrorLook> {
  const { project } = input;
  const { isWhole, plans, known } = await plansNow(outside, input);
  const look = await numberOf(outside, input);
  const news = plans.filter((plan) => isNews(plan, known.get(plan.ref)));
  const at = await outside.records.mirroredRefs.seen({ project: project.name, look, refs: news });
  const { refs } = await outside.records.mirroredRefs.summary(project.name);
  const { apart, more } = await tellApart(outside, input, plans);
  return { at, look, isWhole, refs, apart, more, settled: settledOf(outside, { input, plans, known }) };
}

/** A mirror that was started anew has forgotten how often it looked; the records have not. */
async function numberOf({ records }: Outside, { look, project }: Input): Promise<number> {
  return look > 1 ? look : 1 + (await records.mirroredRefs.summary(project.name)).look;
}

/** As {@link MirrorEffects.lookAtRefs}, without writing anything down. */
async function plansNow(outside: Outside, input: Input): Promise<Looked> {
  const { project, line } = input;
  const mirror = outside.mirrorOf(project);
  const named = input.refs?.filter((ref) => isMirroredRef(project, ref));
  const some = named === undefined ? undefined : await readMirroredRefs(mirror, { project, refs: named });
  // What canonical does not have is judged by everything that it has.
  const isWhole =
    some === undefined || named === undefined || named.some((ref) => some.canonical?.has(ref) !== true);
  const sides = isWhole ? await readMirroredRefs(mirror, { project }) : some;
  const asked = isWhole || named === undefined ? {} : { refs: named };
  const known = await outside.records.mirroredRefs.of({ project: project.name, ...asked });
  const refs = factsOf(sides, known);
  const tags = await knownTags(outside, { project, line });
  const relations = await relateHeads(mirror, pairsToRelate({ project, refs }));
  const plans = planMirror({ project, refs, tags, relations }).map((plan) =>
    stillRefused(plan, known.get(plan.ref)),
  );
  return { isWhole, known, plans: [...plans, ...forgotten(plans, known)] };
}

function factsOf(sides: SidesRead, known: Known): readonly RefFacts[] {
  const names = new Set(known.keys());
  for (const side of Object.values(sides)) for (const ref of side.keys()) names.add(ref);
  return [...names].toSorted().map((ref) => {
    const { agreed, left } = known.get(ref) ?? {};
    return {
      ref,
      objects: fieldOf(sides, ref, 'object'),
      commits: fieldOf(sides, ref, 'commit'),
      ...(agreed === undefined ? {} : { agreed }),
      ...(left === undefined ? {} : { left }),
    };
  });
}

/** By side; a side that does not have the ref is left out. */
export function fieldOf(sides: SidesRead, ref: string, field: keyof RefFound): RefObjects {
  const entries = Object.entries(sides).flatMap(([side, refs]) => {
    const found = refs.get(ref);
    return found === undefined ? [] : [[side, found[field]] as const];
  });
  return Object.fromEntries(entries);
}

/** Names that releases have reserved, and tags that they have made. */
async function knownTags(
  { records }: Outside,
  { project, line }: Pick<MirrorSubject, 'project' | 'line'>,
): Promise<Readonly<Record<string, KnownTag>>> {
  const [numbers, tags] = await Promise.all([
    records.versions.inFlight(line),
    records.artifacts.tagsOf(project.name),
  ]);
  const reserved = numbers
    .filter(({ number }) => !isInternal(number))
    .flatMap(({ number, release }) =>
      tagRulesOf(project, number).map(({ name }) => [name, { release, isPublic: false }] as const),
    );
  const made = tags.map(
    ({ name, sha, release, state }) =>
      [name, { release, commit: sha, isPublic: state === 'public' }] as const,
  );
  return Object.fromEntries([...reserved, ...made]);
}

/** A push that was refused stays told as such while it is the same one; it is tried again all the same. */
function stillRefused(plan: RefPlan, known: MirroredRef | undefined): RefPlan {
  if (known?.state !== 'refused' || plan.moves.length === 0 || !isSame(plan.objects, known.objects))
    return plan;
  return { ...plan, state: 'refused', sentence: known.sentence };
}

/** Refs that were mirrored once and are no more: all sides have lost them, or the configuration no longer means them. */
function forgotten(plans: readonly RefPlan[], known: Known): readonly RefPlan[] {
  const planned = new Set(plans.map(({ ref }) => ref));
  return [...known.values()]
    .filter(({ ref, state }) => state !== 'gone' && !planned.has(ref))
    .map(({ ref }) => {
      const sentence = mirrorSentence({ ref, state: 'gone', sides: [] });
      return { ref, state: 'gone', objects: {}, moves: [], isClaimed: false, sentence };
    });
}

function isNews(plan: RefPlan, known: MirroredRef | undefined): boolean {
  if (known === undefined) return true;
  const { state, sentence, objects } = known;
  return plan.state !== state || plan.sentence !== sentence || !isSame(plan.objects, objects);
}

export function isSame(left: RefObjects, right: RefObjects): boolean {
  return (['canonical', 'security', 'build'] as const).every((side) => left[side] === right[side]);
}

/** What is recorded of refs that are not the same everywhere: what can be moved, and what waits for people, so many of each. */
export async function tellApart(
  outside: Outside,
  { project }: MirrorSubject,
  plans: readonly RefPlan[],
): Promise<{ readonly apart: readonly RefApart[]; readonly more: number }> {
  const all = plans.filter(({ state }) => state !== 'in_sync' && state !== 'gone' && state !== 'left');
  const movable = all.filter(({ state }) => !DIFFERENCES.has(state)).slice(0, MOST_APART);
  const differing = all.filter(({ state }) => DIFFERENCES.has(state)).slice(0, MOST_APART);
  const first = [...movable, ...differing];
  if (first.length === 0) return { apart: [], more: 0 };
  const refs = first.map(({ ref }) => ref);
  const rows = await outside.records.mirroredRefs.of({ project: project.name, refs });
  const apart = first.map((plan): RefApart => {
    const { since = '', difference = 0, task } = rows.get(plan.ref) ?? {};
    const opened = task === undefined ? {} : { task: taskAt(outside, { project, issue: task }) };
    return { ...plan, since, difference, ...opened };
  });
  return { apart, more: all.length - first.length };
}

function settledOf(
  outside: Outside,
  { input, plans, known }: { readonly input: Input } & Pick<Looked, 'plans' | 'known'>,
): readonly SettledRef[] {
  return plans.flatMap(({ ref, state }) => {
    const { task, difference = 0 } = known.get(ref) ?? {};
    if (task === undefined || !['in_sync', 'gone', 'left'].includes(state)) return [];
    return [{ ref, state, difference, task: taskAt(outside, { project: input.project, issue: task }) }];
  });
}
