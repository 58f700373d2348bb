import type { PushFacts, SecretObject } from '../../domain/embargo/leak-verdict';
import type { Secrets } from '../secrets';
import { derivedObjects } from './derived-objects';
import { fingerprintsOf, type Fingerprints } from './fingerprints';
import { freshObjects, type Walk } from './fresh-objects';
import { misbegottenAmong } from './misbegotten-commits';
import { namedSecrets, type ProjectElsewhere } from './named-secrets';
import { peelRefs, type PeeledRefs } from './peel-refs';
import type { PublicPush } from './public-push';
import type { PublicStore } from './public-store';

export interface PushMeasure {
  readonly push: PublicPush;
  /** The mirror, with canonical as it is now. */
  readonly directory: string;
  readonly store: PublicStore;
  readonly secrets: Secrets;
  /** Why git's answers cannot be trusted here. */
  readonly doubts: readonly string[];
  /** The other projects, asked for what cannot be found in this one. */
  readonly elsewhere: () => Promise<readonly ProjectElsewhere[]>;
}

export interface MeasuredPush {
  readonly facts: PushFacts;
  /** What canonical would get; empty where the push is denied for what it holds. */
  readonly objects: readonly string[];
  /** What its commits look like. */
  readonly looks: Fingerprints;
  /** Registered objects that it may show once they are known to belong to what it discloses: see {@link derivedObjects}. */
  readonly derived: readonly string[];
}

/** Comparing takes about a millisecond for each; of more, those that were made last are compared. */
const MOST_COMPARED = 5_000;

/**
 * All that the judgement of a push needs, read from git. What the objects say is read only where each of them may be public
 * by itself.
 */
export async function measurePush(measure: PushMeasure): Promise<MeasuredPush> {
  const { push, directory, doubts, secrets } = measure;
  if (doubts.length > 0) return { ...UNMEASURED, facts: { ...NOTHING, doubts } };
  const peeling = peelRefs(directory, push.refs);
  const [{ odd }, net] = await Promise.all([peeling, exactNet(measure, peeling)]);
  const facts: PushFacts = { ...NOTHING, ...net, objects: net.count, oddRefs: odd };
  if (odd.length + net.strangers.length + net.registered.length > 0)
    return { ...UNMEASURED, facts, derived: odd.length > 0 ? [] : await derivedAmong(measure, net) };
  const { objects, commits, paths } = net;
  const doubted: string[] = [];
  const elsewhere = async (): Promise<readonly ProjectElsewhere[]> => {
    const others = await measure.elsewhere();
    doubted.push(...others.flatMap((other) => other.doubts));
    return others;
  };
  const [misbegotten, named, looks] = await Promise.all([
    misbegottenAmong(directory, { push, commits }),
    namedSecrets({ ...measure, names: secrets.names, objects, paths, elsewhere }),
    fingerprintsOf(directory, commits.slice(0, MOST_COMPARED)),
  ]);
  return { ...UNMEASURED, facts: { ...facts, doubts: doubted, misbegotten, named }, objects, looks };
}

const NOTHING: PushFacts = {
  doubts: [],
  objects: 0,
  strangers: [],
  oddRefs: [],
  registered: [],
  misbegotten: [],
  named: [],
};

const UNMEASURED: MeasuredPush = {
  facts: NOTHING,
  objects: [],
  looks: { forward: [], reversed: [] },
  derived: [],
};

/** All that is in the way, where nothing but that is. */
async function derivedAmong(
  { push, directory, secrets }: PushMeasure,
  { strangers, registered }: ExactNet,
): Promise<readonly string[]> {
  if (strangers.length > 0) return [];
  const commits: string[] = [];
  const from = push.refs.map(({ object }) => object);
  await freshObjects({ directory, from }, ({ id, isCommit }) => {
    if (isCommit) commits.push(id);
  });
  const hidden = secrets.secretsOf(push.project.name);
  const derived = await derivedObjects({ push, directory, commits, hidden });
  const inTheWay = registered.map(({ object }) => object);
  return inTheWay.every((object) => derived.has(object)) ? inTheWay : [];
}

interface ExactNet {
  readonly count: number;
  readonly strangers: readonly string[];
  readonly registered: readonly SecretObject[];
  readonly objects: readonly string[];
  readonly commits: readonly string[];
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Every object that canonical does not have, held against what may be shown. Files and folders stand with their commits. What
 * none of its branches reaches is more than what none of its refs does, and is found in half the time: where nothing of it is in
 * the way, it is enough.
 */
async function exactNet(measure: PushMeasure, peeling: Promise<PeeledRefs>): Promise<ExactNet> {
  try {
    return await castNet(measure, { peeling, beyond: 'heads/*' });
  } catch (error) {
    if (!(error instanceof InTheWay)) throw error;
    return castNet(measure, { peeling, beyond: '*' });
  }
}

class InTheWay extends Error {
  override readonly name = 'InTheWay';
}

interface Cast extends Required<Pick<Walk, 'beyond'>> {
  readonly peeling: Promise<PeeledRefs>;
  readonly formerlyPublic?: ReadonlySet<string>;
}

/** @throws InTheWay where anything is, as soon as it is found, unless all refs are asked */
async function castNet(
  measure: PushMeasure,
  { peeling, beyond, formerlyPublic = new Set() }: Cast,
): Promise<ExactNet> {
  const { push, directory, secrets, store } = measure;
  const secret = secrets.secretsOf(push.project.name);
  const shown = secrets.shownOf(push.project.name);
  const cleared = new Set([...push.made, ...formerlyPublic]);
  const unknown: string[] = [];
  const registered: SecretObject[] = [];
  const objects: string[] = [];
  const commits: string[] = [];
  const paths = new Map<string, string>();
  const from = [...new Set(push.refs.map(({ object }) => object))];
  const isClear = (): boolean => {
    const clear = unknown.length + registered.length === 0;
    if (!clear && beyond !== '*') throw new InTheWay();
    return clear;
  };
  const count = await freshObjects({ directory, from, beyond }, (object) => {
    const { id, isCommit } = object;
    const embargoes = secret.get(id);
    if (embargoes !== undefined) registered.push({ object: id, embargoes });
    if (isCommit && !cleared.has(id) && !shown.has(id)) unknown.push(id);
    // Nothing is kept of a push that will be denied, for it may be a whole repository.
    if (!isClear()) return;
    objects.push(id);
    if (isCommit) commits.push(id);
    const path = object.path();
    if (path !== undefined) paths.set(id, path);
  });
  const { tags } = await peeling;
  unknown.push(...[...tags].filter((id) => !cleared.has(id)));
  if (isClear()) return { count, strangers: [], registered, objects, commits, paths };
  const isPublic = registered.length > 0 ? formerlyPublic : await store.has(unknown);
  const strangers = unknown.filter((id) => !isPublic.has(id));
  // What canonical once had stays public though no ref of it holds it any more.
  if (strangers.length + registered.length === 0)
    return castNet(measure, { peeling, beyond, formerlyPublic: isPublic });
  return { count, strangers, registered, objects, commits, paths };
}
