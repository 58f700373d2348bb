import { linesLeft } from '../../domain/embargo/disclosed-fix';
import { isSecret, judgeMove, type Embargo } from '../../domain/embargo/embargo';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import type { Project } from '../../domain/project';
import { ENGINE } from '../../domain/release/release';
import type { ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { discloseTopics, type DisclosedBranch } from './disclose-topics';
import { PUBLIC_SUBJECT } from './merge-disclosed';
import { minorsNow } from './minors-now';
import type { Mirror } from './mirror';
import type { PublicPush } from './public-push';
import { mergesIn, pushMerges } from './push-merges';
import type { WantedRef } from './push-refs';
import { stableBranchFor } from './survey-line';

type DiscloseInput = Parameters<ReleaseEffects['discloseFixes']>[0];

/** Brings what is public in packages and on stable branches into the default branches, and ends the embargoes. */
export async function discloseFixes(outside: Outside, input: DiscloseInput): Promise<void> {
  const { release, settings, fixes } = input;
  const registered = await askRecords(() => outside.records.embargoes.all());
  const disclosing = registered.filter(({ id }) => fixes.some(({ embargo }) => embargo === id));
  if (disclosing.length === 0) return;
  const { owing } = await minorsNow(outside, input);
  for (const name of new Set(fixes.map(({ project }) => project))) {
    const project = projectNamed(settings, name);
    const compose = () => mergedBranches(outside, { input, project, disclosing, registered, owing });
    await pushMerges(outside, { release, project, compose });
  }
  for (const embargo of disclosing) await finish(outside, { release, settings, fixes, embargo, owing });
}

/** What {@link discloseFixes} will push to one project, as things stand; nothing is pushed. Nothing to do where no fix is in it. */
export async function defaultToDisclose(
  outside: Outside,
  { input, project }: { readonly input: DiscloseInput; readonly project: Project },
): Promise<PublicPush> {
  const registered = await askRecords(() => outside.records.embargoes.all());
  const disclosing = registered.filter(({ id }) => input.fixes.some(({ embargo }) => embargo === id));
  const { owing } = await minorsNow(outside, input);
  const refs = await mergedBranches(outside, { input, project, disclosing, registered, owing });
  return { release: input.release, project, refs, made: await mergesIn(outside.mirrorOf(project), refs) };
}

interface ProjectDisclosure {
  readonly input: DiscloseInput;
  readonly project: Project;
  readonly disclosing: readonly Embargo[];
  readonly registered: readonly Embargo[];
  /** Minors that owe fixes: what no version of the release has brought to one of them comes to its stable branch. */
  readonly owing: readonly string[];
}

async function mergedBranches(
  outside: Outside,
  disclosure: ProjectDisclosure,
): Promise<readonly WantedRef[]> {
  const { input, project, disclosing, registered } = disclosure;
  const { release, at } = input;
  const branches = await branchesLeft(outside, disclosure);
  if (branches.length === 0) return [];
  const others = registered.filter((one) => !disclosing.includes(one) && isSecret(one));
  const result = await discloseTopics(outside.mirrorOf(project), {
    release,
    project,
    at,
    branches,
    remaining: others.flatMap((embargo) => topicsOf(embargo, project).map(({ recipe }) => recipe)),
  });
  if (result.outcome === 'merged') return result.refs;
  const names = branches.map(({ branch }) => branch).join(', ');
  throw permanent('Conflict', {
    where: `${project.repositories.canonical} ${names}`,
    what: 'what this release has made public does not merge into it',
    remedy: `Merge the stable branch that has it into ${names} by hand, then resume the step`,
  });
}

/** The branches of a project that still lack something, with what they lack. One that canonical does not have yet is born with it. */
async function branchesLeft(
  outside: Outside,
  { input: { fixes }, project, disclosing, owing }: ProjectDisclosure,
): Promise<readonly DisclosedBranch[]> {
  const mirror = outside.mirrorOf(project);
  await mirror.fetch('canonical');
  const left = disclosing.flatMap((embargo) => {
    const lines = linesLeft(embargo, { fixes, owing });
    return topicsOf(embargo, project).filter(({ line }) => lines.includes(line));
  });
  const found = [...new Set(left.map(({ line }) => line))].map(async (line) => {
    const branch = await branchOf(mirror, { project, line });
    const recipes = left.filter((topic) => topic.line === line).map(({ recipe }) => recipe);
    const topics = recipes.map((recipe) => ({ ...recipe, title: PUBLIC_SUBJECT }));
    return branch === undefined ? [] : [{ branch, line, topics }];
  });
  return (await Promise.all(found)).flat();
}

async function branchOf(
  mirror: Mirror,
  { project, line }: { readonly project: Project; readonly line: string },
): Promise<string | undefined> {
  if (line === DEFAULT_LINE) return project.defaultBranch;
  return (await stableBranchFor(mirror, { project, minor: line }))?.stableBranch;
}

function topicsOf({ id, ordinal, topics }: Embargo, project: Project) {
  return topics
    .filter((topic) => topic.project === project.name)
    .map(({ head, line }) => ({ line, recipe: { embargo: id, ordinal, head } }));
}

async function finish(
  outside: Outside,
  {
    release,
    settings,
    fixes,
    embargo,
    owing,
  }: Pick<DiscloseInput, 'release' | 'settings' | 'fixes'> & {
    readonly embargo: Embargo;
    readonly owing: readonly string[];
  },
): Promise<void> {
  const { embargoes } = outside.records;
  const now = await askRecords(() => embargoes.find(embargo.id));
  if (now?.state !== 'disclosing') return;
  const isPublic = await areHeadsPublic(outside, { settings, embargo: now, fixes, owing });
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
    owing,
  }: Pick<DiscloseInput, 'settings' | 'fixes'> & {
    readonly embargo: Embargo;
    readonly owing: readonly string[];
  },
): Promise<boolean> {
  const left = linesLeft(embargo, { fixes, owing });
  const wanted = embargo.topics.filter(
    ({ project, line }) =>
      left.includes(line) || fixes.some((fix) => fix.project === project && fix.minor === line),
  );
  for (const { project: name, line, head } of wanted) {
    const project = projectNamed(settings, name);
    const mirror = outside.mirrorOf(project);
    await mirror.fetch('canonical');
    if ((await branchOf(mirror, { project, line })) === undefined) continue;
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
