import type { SecretObject } from '../../domain/embargo/leak-verdict';
import type { Secrets } from '../secrets';
import { freshObjects, type FreshObject } from './fresh-objects';
import type { PeeledRefs } from './peel-refs';
import type { PublicPush } from './public-push';
import type { PublicStore } from './public-store';
import { writtenObjects } from './written-objects';

export interface PushToCheck {
  readonly push: PublicPush;
  /** The mirror, with canonical as it is now. */
  readonly directory: string;
  readonly store: PublicStore;
  readonly secrets: Secrets;
}

export interface ExactNet extends Caught {
  readonly count: number;
  readonly strangers: readonly string[];
}

/** Every object that canonical does not have, held against what may be shown. Files and folders stand with their commits. */
export async function exactNet(check: PushToCheck, peeling: Promise<PeeledRefs>): Promise<ExactNet> {
  return (await wideNet(check, peeling)) ?? narrowNet(check, { peeling, formerlyPublic: new Set() });
}

/** A release pushes a stable branch or two; of many, what all refs have is found sooner than what each of these has. */
const MOST_BRANCHES = 8;

/**
 * What was written beside the default branch and the branches to push: more than what no ref of canonical has, and found in a
 * tenth of the time.
 * @returns undefined where anything of it is in the way, which says nothing: canonical may have it
 */
async function wideNet(check: PushToCheck, peeling: Promise<PeeledRefs>): Promise<ExactNet | undefined> {
  const { push, directory } = check;
  const heads = push.refs.map(({ ref }) => ref).filter((ref) => ref.startsWith('refs/heads/'));
  const own = heads.slice(0, MOST_BRANCHES).map((ref) => ref.slice('refs/heads/'.length));
  const beyond = new Set([push.project.defaultBranch, ...own]);
  const net = netOf(check, new Set(push.made));
  try {
    const walk = { directory, from: endsOf(push), beyond: [...beyond] };
    const written = await writtenObjects(walk, (object) => {
      net.visit(object);
      if (!isClear(net)) throw new InTheWay();
    });
    const { odd, tags } = await peeling;
    for (const id of tags) net.visit({ id, isCommit: false, path: () => undefined });
    net.visitTags(tags);
    if (!isClear(net) || odd.length > 0) return undefined;
    return { ...net, strangers: [], count: written + tags.size };
  } catch (error) {
    if (error instanceof InTheWay) return undefined;
    throw error;
  }
}

class InTheWay extends Error {
  override readonly name = 'InTheWay';
}

interface Narrow {
  readonly peeling: Promise<PeeledRefs>;
  readonly formerlyPublic: ReadonlySet<string>;
}

/** What no ref of canonical has. */
async function narrowNet(check: PushToCheck, { peeling, formerlyPublic }: Narrow): Promise<ExactNet> {
  const { push, directory, store } = check;
  const net = netOf(check, new Set([...push.made, ...formerlyPublic]));
  const count = await freshObjects({ directory, from: endsOf(push) }, net.visit);
  net.visitTags((await peeling).tags);
  if (isClear(net)) return { ...net, count, strangers: [] };
  const { unknown, registered } = net;
  const isPublic = registered.length > 0 ? formerlyPublic : await store.has(unknown);
  const strangers = unknown.filter((id) => !isPublic.has(id));
  // What canonical once had stays public though no ref of it holds it any more.
  if (strangers.length + registered.length === 0)
    return narrowNet(check, { peeling, formerlyPublic: isPublic });
  return { ...net, count, strangers };
}

/** What its refs name. */
export function endsOf({ refs }: PublicPush): readonly string[] {
  return [...new Set(refs.map(({ object }) => object))];
}

interface Caught {
  /** Commits and tags that nothing clears. */
  readonly unknown: readonly string[];
  readonly registered: readonly SecretObject[];
  readonly objects: readonly string[];
  readonly commits: readonly string[];
  readonly paths: ReadonlyMap<string, string>;
}

function isClear({ unknown, registered }: Caught): boolean {
  return unknown.length + registered.length === 0;
}

interface Net extends Caught {
  readonly visit: (object: FreshObject) => void;
  /** On the way to commits, though canonical may have them. */
  readonly visitTags: (tags: Iterable<string>) => void;
}

function netOf({ push, secrets }: Pick<PushToCheck, 'push' | 'secrets'>, cleared: ReadonlySet<string>): Net {
  const secret = secrets.secretsOf(push.project.name);
  const shown = secrets.shownOf(push.project.name);
  const unknown: string[] = [];
  const registered: SecretObject[] = [];
  const objects: string[] = [];
  const commits: string[] = [];
  const paths = new Map<string, string>();
  const caught = { unknown, registered, objects, commits, paths };
  const visit = ({ id, isCommit, path }: FreshObject): void => {
    const embargoes = secret.get(id);
    if (embargoes !== undefined) registered.push({ object: id, embargoes });
    if (isCommit && !cleared.has(id) && !shown.has(id)) unknown.push(id);
    // Nothing is kept of a push that will be denied, for it may be a whole repository.
    if (!isClear(caught)) return;
    objects.push(id);
    if (isCommit) commits.push(id);
    const at = path();
    if (at !== undefined) paths.set(id, at);
  };
  const visitTags = (tags: Iterable<string>): void => {
    for (const id of tags) if (!cleared.has(id)) unknown.push(id);
  };
  return { ...caught, visit, visitTags };
}
