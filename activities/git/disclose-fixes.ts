import type { DisclosedFix } from '../../domain/embargo/disclosed-fix';
import { isSecret, judgeMove, type Embargo } from '../../domain/embargo/embargo';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import type { Project } from '../../domain/project';
import { ENGINE } from '../../domain/release/release';
import type { ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { discloseTopics } from './disclose-topics';
import { mergeCommitsBetween, PUBLIC_SUBJECT } from './merge-disclosed';
import type { PublicPush } from './public-push';
import { pushPublicly } from './push-publicly';
import type { WantedRef } from './push-refs';

type DiscloseInput = Parameters<ReleaseEffects['discloseFixes']>[0];

/** Pushes that lose against somebody else's are composed again, this often. */
const TRIES = 5;

/** Brings what is public in packages and on stable branches into the default branches, and ends the embargoes. */
export async function discloseFixes(outside: Outside, input: DiscloseInput): Promise<void> {
  const { release, settings, fixes } = input;
  const registered = await askRecords(() => outside.records.embargoes.all());
  const disclosing = registered.filter(({ id }) => fixes.some(({ embargo }) => embargo === id));
  for (const name of new Set(fixes.map(({ project }) => project))) {
    const project = projectNamed(settings, name);
    await discloseProject(outside, { input, project, disclosing, registered });
  }
  for (const embargo of disclosing) await finish(outside, { release, settings, fixes, embargo });
}

/** What {@link discloseFixes} will push to one project, as things stand; nothing is pushed. Nothing to do where no fix is in it. */
export async function defaultToDisclose(
  outside: Outside,
  { input, project }: { readonly input: DiscloseInput; readonly project: Project },
): Promise<PublicPush> {
  const registered = await askRecords(() => outside.records.embargoes.all());
  const disclosing = registered.filter(({ id }) => input.fixes.some(({ embargo }) => embargo === id));
  const refs = await mergedDefault(outside, { input, project, disclosing, registered });
  const mirror = outside.mirrorOf(project);
  const made = await Promise.all(
    refs.map(({ from, object }) => mergeCommitsBetween(mirror, { from: from ?? '', to: object })),
  );
  return { release: input.release, project, refs, made: made.flat() };
}

interface ProjectDisclosure {
  readonly input: DiscloseInput;
  readonly project: Project;
  readonly disclosing: readonly Embargo[];
  readonly registered: readonly Embargo[];
}

async function discloseProject(outside: Outside, disclosure: ProjectDisclosure): Promise<void> {
  const { input, project } = disclosure;
  const mirror = outside.mirrorOf(project);
  for (let attempt = 1; ; attempt++) {
    const refs = await mergedDefault(outside, disclosure);
    if (refs.length === 0) return;
    const made = await Promise.all(
      refs.map(({ from, object }) => mergeCommitsBetween(mirror, { from: from ?? '', to: object })),
    );
    try {
      await pushPublicly(outside, { release: input.release, project, refs, made: made.flat() });
      return;
    } catch (error) {
      await mirror.fetch('canonical');
      const [{ ref, from } = { ref: '', from: '' }] = refs;
      const head = await mirror.resolve(ref.replace('refs/heads/', 'refs/sides/canonical/heads/'));
      if (head === from || attempt === TRIES) throw error;
    }
  }
}

async function mergedDefault(
  outside: Outside,
  { input: { release, at }, project, disclosing, registered }: ProjectDisclosure,
): Promise<readonly WantedRef[]> {
  const topicsIn = (embargoes: readonly Embargo[], isWanted: (line: string) => boolean) =>
    embargoes.flatMap(({ id, ordinal, topics }) =>
      topics
        .filter((topic) => topic.project === project.name && isWanted(topic.line))
        .map(({ head }) => ({ embargo: id, ordinal, head })),
    );
  const topics = topicsIn(disclosing, (line) => line === DEFAULT_LINE);
  if (topics.length === 0) return [];
  const others = registered.filter((one) => !disclosing.includes(one) && isSecret(one));
  const result = await discloseTopics(outside.mirrorOf(project), {
    release,
    project,
    at,
    branches: [
      {
        branch: project.defaultBranch,
        line: DEFAULT_LINE,
        topics: topics.map((topic) => ({ ...topic, title: PUBLIC_SUBJECT })),
      },
    ],
    remaining: topicsIn(others, () => true),
  });
  if (result.outcome === 'merged') return result.refs;
  throw permanent('Conflict', {
    where: `${project.repositories.canonical} ${project.defaultBranch}`,
    what: 'what this release has made public does not merge into it',
    remedy: `Merge the stable branch that has it into ${project.defaultBranch} by hand, then resume the step`,
  });
}

async function finish(
  outside: Outside,
  {
    release,
    settings,
    fixes,
    embargo,
  }: Pick<DiscloseInput, 'release' | 'settings'> & {
    readonly fixes: readonly DisclosedFix[];
    readonly embargo: Embargo;
  },
): Promise<void> {
  const { embargoes } = outside.records;
  const now = await askRecords(() => embargoes.find(embargo.id));
  if (now?.state !== 'disclosing') return;
  const isPublic = await areHeadsPublic(outside, { settings, embargo: now, fixes });
  const asked = { by: ENGINE, now: new Date().toISOString(), facts: { isPublic } };
  const { cleared } = judgeMove({ move: 'finish', embargo: now, ...asked });
  if (cleared.verdict !== 'pass')
    throw permanent('BugInUs', {
      where: release,
      what: 'something that it published is not public on every branch',
      remedy: 'Look at the record of its embargoes, then resume the step',
    });
  await askRecords(() =>
    embargoes.move({
      key: `${release}/disclosed/${embargo.id}`,
      embargo: embargo.id,
      actor: ENGINE,
      reason: `${release} has published it`,
      from: 'disclosing',
      to: 'disclosed',
    }),
  );
}

/** Every topic of it that a version or a default branch was to get is contained in a branch of canonical. */
async function areHeadsPublic(
  outside: Outside,
  {
    settings,
    embargo,
    fixes,
  }: Pick<DiscloseInput, 'settings'> & {
    readonly embargo: Embargo;
    readonly fixes: readonly DisclosedFix[];
  },
): Promise<boolean> {
  const wanted = embargo.topics.filter(
    ({ project, line }) =>
      line === DEFAULT_LINE || fixes.some((fix) => fix.project === project && fix.minor === line),
  );
  for (const { project: name, head } of wanted) {
    const mirror = outside.mirrorOf(projectNamed(settings, name));
    await mirror.fetch('canonical');
    const missing = await mirror.git([
      'rev-list',
      '--max-count=1',
      head,
      '--not',
      '--glob=refs/sides/canonical/*',
    ]);
    if (missing.trim() !== '') return false;
  }
  return true;
}
