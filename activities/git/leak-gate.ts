import { judgePush, type LeakVerdict } from '../../domain/embargo/leak-verdict';
import type { Project } from '../../domain/project';
import { enforce, type Judged } from '../findings';
import type { Outside } from '../outside';
import { readSecrets, type Secrets } from '../secrets';
import { askAboutLookalikes } from './ask-about-lookalikes';
import { levelClone } from './level-clone';
import { measurePush, type PushMeasure } from './measure-push';
import type { ProjectElsewhere } from './named-secrets';
import type { PublicPush } from './public-push';
import type { PublicStore } from './public-store';
import { reportExposed } from './report-exposed';

/** A push that may be done while the registry stays as it is. */
export interface ClearedPush {
  readonly push: PublicPush;
  /** All that canonical gets, and maybe some that it has. */
  readonly objects: readonly string[];
  /** Of the registry that it was judged by. */
  readonly revision: number;
  readonly store: PublicStore;
}

type Gate = Pick<Outside, 'records' | 'mirrorOf'>;

/**
 * The gate before every public push, taken anew on each attempt. It denies what it does not know: only objects pass that this
 * effect has made, or that belong to an embargo which this release discloses, and that name nothing secret.
 * @throws ApplicationFailure RefusedByPolicy, in words that tell nothing of an embargo; ConfigurationError for a clone that
 * cannot be trusted
 */
export async function clearPush(outside: Gate, push: PublicPush): Promise<ClearedPush> {
  const { records } = outside;
  const { release, project } = push;
  const clone = await levelClone(outside, project);
  const { directory, store, doubts } = clone;
  if (doubts.length === 0) await reportExposed(records, { release, project, ...clone });
  const projects = await projectsOf(outside, push);
  return clearInClone(records, {
    push,
    directory,
    store,
    doubts,
    projects,
    elsewhere: () => elsewhereThan(outside, { push, projects }),
  });
}

/**
 * The judgement of a push alone: nothing is registered, noted or pushed. Fixes that the release will disclose are judged as
 * if it did so already.
 */
export async function rehearsePush(
  outside: Gate,
  { push, fixes }: { readonly push: PublicPush; readonly fixes: readonly string[] },
): Promise<LeakVerdict> {
  const { release: plan, project } = push;
  const { directory, store, doubts } = await outside.mirrorOf(project).freshClone();
  const projects = await projectsOf(outside, push);
  const secrets = await readSecrets(outside.records, { plan, projects, rehearsed: fixes });
  const elsewhere = () => elsewhereThan(outside, { push, projects });
  const { facts } = await measurePush({ push, directory, store, doubts, secrets, elsewhere });
  return judgePush(facts);
}

export interface CloneToJudge extends Omit<PushMeasure, 'secrets'> {
  /** Those whose private repositories must not be named. */
  readonly projects: readonly Project[];
}

/** As {@link clearPush}, of what the clone has. */
export async function clearInClone(
  records: Pick<Outside['records'], 'embargoes'>,
  clone: CloneToJudge,
): Promise<ClearedPush> {
  const { push, store, projects } = clone;
  const { release, project } = push;
  const secrets = await readSecrets(records, { plan: release, projects });
  const { revision } = secrets;
  const judged: Judged = {
    release,
    project: project.name,
    // Not its refs: one of them may be what must not be named.
    where: project.repositories.canonical,
    content: push.refs.map(({ object }) => object).join(),
    revision,
  };
  const { facts, objects, looks, derived } = await measurePush({ ...clone, secrets });
  if (await adoptDerived(records, { judged, secrets, derived })) return clearInClone(records, clone);
  await enforce(records, { verdict: judgePush(facts), judged });
  await askAboutLookalikes(records, { judged, secrets, looks });
  return { push, objects, revision, store };
}

interface Adoption {
  readonly judged: Judged;
  readonly secrets: Secrets;
  readonly derived: readonly string[];
}

/**
 * What follows from a fix that is on its way out, and from what is public, belongs to that fix, though a topic built on it held
 * it first. It stays a secret for every other release.
 * @returns whether anything was adopted that was not before
 */
async function adoptDerived(
  { embargoes }: Pick<Outside['records'], 'embargoes'>,
  { judged: { release, project }, secrets, derived }: Adoption,
): Promise<boolean> {
  if (derived.length === 0) return false;
  const disclosing = secrets.embargoes
    .filter(({ state, plan }) => state === 'disclosing' && plan === release)
    .filter(({ topics }) => topics.some((topic) => topic.project === project));
  return embargoes.adopt({ embargoes: disclosing.map(({ id }) => id), project, objects: derived });
}

/** The projects that the release was started with. */
async function projectsOf({ records }: Gate, { release, project }: PublicPush): Promise<readonly Project[]> {
  const settings = (await records.releases.find(release))?.settings;
  const others = settings?.projects.filter(({ name }) => name !== project.name) ?? [];
  return [project, ...others];
}

interface Wider {
  readonly push: PublicPush;
  readonly projects: readonly Project[];
}

/** The other projects as they are now, with what the same release has made there: its versions become public as one unit. */
async function elsewhereThan(
  { records, mirrorOf }: Gate,
  { push, projects }: Wider,
): Promise<readonly ProjectElsewhere[]> {
  const { tags } = await records.artifacts.ofRelease(push.release);
  const others = projects.filter(({ name }) => name !== push.project.name);
  return Promise.all(
    others.map(async (project) => {
      const { directory, store, doubts } = await mirrorOf(project).freshClone();
      const made = tags.filter((tag) => tag.project === project.name && tag.state !== 'withdrawn');
      return {
        directory,
        store,
        made: new Set(made.map(({ sha }) => sha)),
        doubts: doubts.map((doubt) => `${project.repositories.canonical}: ${doubt}`),
      };
    }),
  );
}
