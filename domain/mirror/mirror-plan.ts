import {
  DIFFERENCES,
  mirrorSides,
  numberOfTag,
  tagOf,
  type MirroredState,
  type MirrorSide,
  type RefObjects,
} from './mirrored-ref';
import { mirrorSentence } from './mirror-sentence';
import { compareNumbers, minorOf } from '../version/number';
import type { Project } from '../project';

/** One mirrored ref as it was read on all sides. */
export interface RefFacts {
  readonly ref: string;
  readonly objects: RefObjects;
  /** The commits that the objects name: for a tag peeled, for a branch the object itself. */
  readonly commits: RefObjects;
  /** The object on which all sides last agreed. */
  readonly agreed?: string;
  /** Objects of which a person has said that they may differ. */
  readonly left?: RefObjects;
}

/** What the records know of a tag's name. */
export interface KnownTag {
  /** The release that reserved the number or made the tag. */
  readonly release: string;
  /** The commit that it was made of; absent while the name is only reserved. */
  readonly commit?: string;
  readonly isPublic: boolean;
}

/** How a side's branch stands to canonical's. */
export type Relation = 'behind' | 'ahead' | 'diverged';

export interface MirrorFacts {
  readonly project: Project;
  readonly refs: readonly RefFacts[];
  /** By tag name. */
  readonly tags: Readonly<Record<string, KnownTag>>;
  /** By {@link relationKey}. */
  readonly relations: Readonly<Record<string, Relation>>;
}

/** A push that moves one ref of a side to what canonical has. */
export interface MirrorMove {
  readonly side: MirrorSide;
  /** Absent where the ref is new. */
  readonly from?: string;
  readonly to: string;
}

export interface RefPlan {
  readonly ref: string;
  readonly state: MirroredState;
  readonly objects: RefObjects;
  readonly moves: readonly MirrorMove[];
  readonly sentence: string;
  /** Whether a tag has taken a name that a release reserved. */
  readonly isClaimed: boolean;
}

/** Two branch heads whose relation has to be asked of git. */
export interface HeadPair {
  readonly ref: string;
  readonly side: MirrorSide;
  readonly from: string;
  readonly to: string;
}

export function relationKey({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}..${to}`;
}

/** What a plan has to know of the history of commits. */
export function pairsToRelate({ project, refs }: Pick<MirrorFacts, 'project' | 'refs'>): readonly HeadPair[] {
  return refs.flatMap(({ ref, objects }) => {
    const to = objects.canonical;
    if (to === undefined || tagOf(ref) !== undefined) return [];
    return mirrorSides(project).flatMap((side) => {
      const from = objects[side];
      return from === undefined || from === to ? [] : [{ ref, side, from, to }];
    });
  });
}

/**
 * What has to be done for each mirrored ref, so that every side has what canonical has. Forward only: whatever would overwrite
 * or remove something is a difference for a person. Private tags of releases are no mirrored refs yet and are left out.
 */
export function planMirror(facts: MirrorFacts): readonly RefPlan[] {
  const heads = publishedHeads(facts);
  return facts.refs.flatMap((ref) => planRef(facts, { ref, heads }) ?? []);
}

interface Planning {
  readonly ref: RefFacts;
  readonly heads: ReadonlyMap<string, string>;
}

interface Judged {
  readonly side: MirrorSide;
  readonly state: MirroredState;
}

function planRef(facts: MirrorFacts, { ref, heads }: Planning): RefPlan | undefined {
  const { objects, agreed } = ref;
  if (Object.values(objects).every((object) => object === undefined))
    return agreed === undefined ? undefined : planOf(facts, ref, { state: 'gone', sides: [] });
  if (objects.canonical === undefined) return planAbsent(facts, { ref, heads });
  if (claimOn(facts, ref) !== undefined) return planOf(facts, ref, { state: 'collision', sides: [] });
  const judged = mirrorSides(facts.project).map((side) => ({ side, state: judge(facts, ref, side) }));
  const state = gravest(judged);
  const sides = judged.filter((one) => one.state === state).map(({ side }) => side);
  return { ...planOf(facts, ref, { state, sides }), moves: movesFor(ref, judged) };
}

/** Canonical does not have it: private tags are their releases', numbers below what is out cannot be given out again, all else is told. */
function planAbsent(facts: MirrorFacts, { ref, heads }: Planning): RefPlan | undefined {
  const tag = tagOf(ref.ref);
  const known = tag === undefined ? undefined : facts.tags[tag];
  const sides = mirrorSides(facts.project).filter((side) => ref.objects[side] !== undefined);
  if (ref.agreed !== undefined || known?.isPublic === true)
    return planOf(facts, ref, { state: 'deleted', sides });
  const foreign = sides.filter((side) => isForeign(known, ref, side));
  if (foreign.length > 0) return planOf(facts, ref, { state: 'collision', sides: foreign });
  if (known !== undefined) return undefined;
  if (tag !== undefined && isOvertaken(facts, { tag, heads })) return undefined;
  return planOf(facts, ref, { state: 'stray', sides });
}

function planOf(
  facts: MirrorFacts,
  ref: RefFacts,
  { state, sides }: { readonly state: MirroredState; readonly sides: readonly MirrorSide[] },
): RefPlan {
  const isLeft = DIFFERENCES.has(state) && ref.left !== undefined && isSame(ref.left, ref.objects);
  const told: MirroredState = isLeft ? 'left' : state;
  const claim = claimOn(facts, ref) ?? (state === 'collision' ? claimBeside(facts, ref) : undefined);
  return {
    ref: ref.ref,
    state: told,
    objects: ref.objects,
    moves: [],
    isClaimed: claim !== undefined,
    sentence: mirrorSentence({
      ref: ref.ref,
      state: told,
      sides,
      ...(claim === undefined ? {} : { release: claim.release }),
    }),
  };
}

function isSame(left: RefObjects, right: RefObjects): boolean {
  return (['canonical', 'security', 'build'] as const).every((side) => left[side] === right[side]);
}

/** The release whose name canonical's tag has taken: it reserved the name, and what stands there is not what it made. */
function claimOn({ tags }: MirrorFacts, { ref, objects, commits }: RefFacts): KnownTag | undefined {
  const tag = tagOf(ref);
  const known = tag === undefined ? undefined : tags[tag];
  return known === undefined || objects.canonical === undefined || known.commit === commits.canonical
    ? undefined
    : known;
}

/** As {@link claimOn}, of a tag that is on private sides alone. */
function claimBeside({ tags }: MirrorFacts, { ref, objects }: RefFacts): KnownTag | undefined {
  const tag = tagOf(ref);
  return tag === undefined || objects.canonical !== undefined ? undefined : tags[tag];
}

/** Whether a side has something else than the release has made. What is only reserved may be on its way there. */
function isForeign(known: KnownTag | undefined, { commits }: RefFacts, side: MirrorSide): boolean {
  return known?.commit !== undefined && commits[side] !== known.commit;
}

function judge(
  { relations }: MirrorFacts,
  { ref, objects, agreed }: RefFacts,
  side: MirrorSide,
): MirroredState {
  const from = objects[side];
  const to = objects.canonical ?? '';
  if (from === to) return 'in_sync';
  if (from === undefined) return 'missing';
  if (tagOf(ref) !== undefined) return 'collision';
  const relation = relations[relationKey({ from, to })] ?? 'diverged';
  return relation !== 'behind' && from === agreed ? 'rewritten' : relation;
}

/** From the least grave on. */
const GRAVITY: readonly MirroredState[] = [
  'in_sync',
  'missing',
  'behind',
  'ahead',
  'diverged',
  'rewritten',
  'collision',
];

function gravest(judged: readonly Judged[]): MirroredState {
  const found = judged.map(({ state }) => GRAVITY.indexOf(state));
  return GRAVITY[Math.max(0, ...found)] ?? 'in_sync';
}

function movesFor({ objects }: RefFacts, judged: readonly Judged[]): readonly MirrorMove[] {
  const to = objects.canonical ?? '';
  return judged.flatMap(({ side, state }): readonly MirrorMove[] => {
    if (state === 'missing') return [{ side, to }];
    const from = objects[side];
    return state === 'behind' && from !== undefined ? [{ side, from, to }] : [];
  });
}

/** Newest version that is out in each minor, by canonical's tags. */
function publishedHeads({ project, refs }: MirrorFacts): ReadonlyMap<string, string> {
  const heads = new Map<string, string>();
  for (const { ref, objects } of refs) {
    const tag = tagOf(ref);
    const number = tag === undefined ? undefined : numberOfTag(project, tag);
    if (number === undefined || objects.canonical === undefined) continue;
    const head = heads.get(minorOf(number));
    if (head === undefined || compareNumbers(number, head) > 0) heads.set(minorOf(number), number);
  }
  return heads;
}

function isOvertaken(
  { project }: MirrorFacts,
  { tag, heads }: { readonly tag: string; readonly heads: ReadonlyMap<string, string> },
): boolean {
  const number = numberOfTag(project, tag);
  const head = number === undefined ? undefined : heads.get(minorOf(number));
  return number !== undefined && head !== undefined && compareNumbers(number, head) < 0;
}
