import type { SecretObject } from '../../domain/embargo/leak-verdict';
import type { Secrets } from '../secrets';
import { globOf } from '../../domain/version/naming';
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

/**
 * What was written beside the default branch and the stable branches, held against what may be shown: all that no ref of
 * canonical has and maybe more, found in a tenth of the time.
 * @returns undefined where a commit, file or tag of it is in the way, which says nothing: canonical may have it
 */
export async function wideNet(
  check: PushToCheck,
  peeling: Promise<PeeledRefs>,
): Promise<ExactNet | undefined> {
  const { push, directory } = check;
  const { defaultBranch, stableBranch } = push.project;
  const beyond = [defaultBranch, globOf(stableBranch)];
  const { caught, visit, visitTags } = netOf(check, new Set(push.made));
  try {
    await writtenObjects({ directory, from: endsOf(push), beyond }, (object) => {
      visit(object);
      if (!isClear(caught)) throw new InTheWay();
    });
  } catch (error) {
    if (error instanceof InTheWay) return undefined;
    throw error;
  }
  const { tags } = await peeling;
  for (const id of tags) visit({ id, isCommit: false, path: () => undefined });
  visitTags(tags);
  return isClear(caught) ? { ...caught, strangers: [], count: caught.objects.length } : undefined;
}

class InTheWay extends Error {
  override readonly name = 'InTheWay';
}

/** What no ref of canonical has, held against what may be shown. Files and folders stand with their commits. */
export async function narrowNet(
  check: PushToCheck,
  peeled: PeeledRefs,
  formerlyPublic: ReadonlySet<string> = new Set(),
): Promise<ExactNet> {
  const { push, directory, store } = check;
  const { caught, visit, visitTags } = netOf(check, new Set([...push.made, ...formerlyPublic]));
  const count = await freshObjects({ directory, from: endsOf(push) }, visit);
  visitTags(peeled.tags);
  if (isClear(caught)) return { ...caught, count, strangers: [] };
  const { unknown, registered } = caught;
  const isPublic = registered.length > 0 ? formerlyPublic : await store.has(unknown);
  const strangers = unknown.filter((id) => !isPublic.has(id));
  // What canonical once had stays public though no ref of it holds it any more.
  if (strangers.length + registered.length === 0) return narrowNet(check, peeled, isPublic);
  return { ...caught, count, strangers };
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

interface Net {
  readonly caught: Caught;
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
  return { caught, visit, visitTags };
}
