import { judgePush, type PushFacts } from '../../domain/embargo/leak-verdict';
import { derivedObjects } from './derived-objects';
import { endsOf, narrowNet, wideNet, type ExactNet, type PushToCheck } from './exact-net';
import { fingerprintsOf, type Fingerprints } from './fingerprints';
import { freshObjects } from './fresh-objects';
import { misbegottenAmong } from './misbegotten-commits';
import { namedSecrets, type ProjectElsewhere } from './named-secrets';
import { peelRefs, type PeeledRefs } from './peel-refs';

export interface PushMeasure extends PushToCheck {
  /** Why git's answers cannot be trusted here. */
  readonly doubts: readonly string[];
  /** The other projects, asked for what cannot be found in this one. */
  readonly elsewhere: () => Promise<readonly ProjectElsewhere[]>;
}

export interface MeasuredPush {
  readonly facts: PushFacts;
  /** What canonical would get, and maybe some that it has; empty where the push is denied for what it holds. */
  readonly objects: readonly string[];
  /** What its commits look like. */
  readonly looks: Fingerprints;
  /** Registered objects that it may show once they are known to belong to what it discloses: see {@link derivedObjects}. */
  readonly derived: readonly string[];
}

/** Comparing takes about a millisecond for each; of more, those that were made last are compared. */
const MOST_COMPARED = 5_000;

/**
 * All that the judgement of a push needs, read from git. What is quickly found to hold all that is new lets a push pass, and
 * denies none: it may hold what canonical has.
 */
export async function measurePush(measure: PushMeasure): Promise<MeasuredPush> {
  const { push, directory, doubts } = measure;
  if (doubts.length > 0) return { ...UNMEASURED, facts: { ...NOTHING, doubts } };
  const peeling = peelRefs(directory, push.refs);
  const [peeled, wide] = await Promise.all([peeling, wideNet(measure, peeling)]);
  if (wide !== undefined) {
    const measured = await measureCaught(measure, { peeled, net: wide });
    if (judgePush(measured.facts).cleared.verdict === 'pass') return measured;
  }
  return measureCaught(measure, { peeled, net: await narrowNet(measure, peeled) });
}

/** What the objects say is read only where each of them may be public by itself. */
async function measureCaught(
  measure: PushMeasure,
  { peeled: { odd }, net }: { readonly peeled: PeeledRefs; readonly net: ExactNet },
): Promise<MeasuredPush> {
  const { push, directory, secrets } = measure;
  const { objects, commits, paths, strangers, registered, count } = net;
  const facts: PushFacts = { ...NOTHING, strangers, registered, objects: count, oddRefs: odd };
  if (odd.length + strangers.length + registered.length > 0)
    return { ...UNMEASURED, facts, derived: odd.length > 0 ? [] : await derivedAmong(measure, net) };
  const doubted: string[] = [];
  const elsewhere = async (): Promise<readonly ProjectElsewhere[]> => {
    const others = await measure.elsewhere();
    doubted.push(...others.flatMap((other) => other.doubts));
    return others;
  };
  const [misbegotten, named, looks] = await Promise.all([
    misbegottenAmong(directory, { push, commits }),
    namedSecrets({ ...measure, names: secrets.names, objects, commits, paths, elsewhere }),
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
  await freshObjects({ directory, from: endsOf(push) }, ({ id, isCommit }) => {
    if (isCommit) commits.push(id);
  });
  const hidden = secrets.secretsOf(push.project.name);
  const derived = await derivedObjects({ push, directory, commits, hidden });
  const inTheWay = registered.map(({ object }) => object);
  return inTheWay.every((object) => derived.has(object)) ? inTheWay : [];
}
