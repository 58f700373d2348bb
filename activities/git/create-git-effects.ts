import { changelogText } from '../../domain/version/changelog';
import { effectKey } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import type { ReleaseEffects, TaggedProject } from '../effects';
import { clearText } from '../clear-text';
import { permanent } from '../errors';
import { publicationStep } from '../records/publication-step';
import { callingWorkflow } from '../records/calling-workflow';
import { includedChanges } from '../records/included-changes';
import type { Outside } from '../outside';
import { answerLeak } from './answer-leak';
import { claimPublication } from './claim-publication';
import { closeRelease } from './close-release';
import { commitTree, composeVersion, type ComposedVersion } from './compose-version';
import { discloseFixes } from './disclose-fixes';
import { bringBase, madeForBase } from './disclosed-base';
import { inMergeRoom, mergeOf } from './merge-room';
import { keepWindow } from './minors-now';
import type { Mirror } from './mirror';
import { offerBuild } from './offer-build';
import type { PublicPush } from './public-push';
import { pushPublicly } from './push-publicly';
import { pushRefs, type PrivateSide, type WantedRef } from './push-refs';
import { surveyInternal } from './survey-internal';
import { surveyLines } from './survey-lines';

export type GitEffects = Pick<
  ReleaseEffects,
  | 'surveyLines'
  | 'surveyInternal'
  | 'closeRelease'
  | 'tagProject'
  | 'offerBuild'
  | 'claimPublication'
  | 'publishRefs'
  | 'discloseFixes'
  | 'answerLeak'
>;

/** Pushes that lose against somebody else's are composed again, this often. */
const STABLE_BRANCH_TRIES = 5;

/** @param toCanonical how refs become public; a benchmark that knows no git has its own */
export function createGitEffects(
  outside: Outside,
  toCanonical: typeof pushPublicly = pushPublicly,
): GitEffects {
  return {
    surveyLines: async (input) => {
      const lines = await surveyLines(outside, input);
      await keepWindow(outside, input);
      const step = publicationStep(input, []);
      const at = await outside.records.transitions.append(step);
      return lines.map((line) => ({ ...line, at }));
    },
    surveyInternal: (input) => surveyInternal(outside, input),
    closeRelease: (input) => closeRelease(outside, input),
    answerLeak: (input) => answerLeak(outside, input),
    tagProject: (input) => tagProject(outside, input),
    offerBuild: (input) => offerBuild(outside, input),
    claimPublication: (input) => claimPublication(outside, input),
    publishRefs: (input) => publishRefs(outside, { ...input, toCanonical }),
    discloseFixes: async (input) => {
      await discloseFixes(outside, input);
      return { at: await outside.records.transitions.append(publicationStep(input, [])) };
    },
  };
}

type TagInput = Parameters<ReleaseEffects['tagProject']>[0];

async function tagProject(outside: Outside, input: TagInput): Promise<TaggedProject> {
  const { project, plan, release, version } = input;
  const mirror = outside.mirrorOf(project);
  const composed = await compose(outside, input);
  const refs: readonly WantedRef[] = [
    { ref: `refs/heads/${plan.releaseBranch}`, object: composed.commit },
    ...composed.tags.map(({ name, object }) => ({ ref: `refs/tags/${name}`, object })),
  ];
  await pushRefs(mirror, { sides: privateSides(project), refs });
  const tags = composed.tags.map(({ name, sha }) => ({ name, sha }));
  const { versioning, name } = project;
  const target = `${name}/${plan.version}`;
  return outside.records.effects.record({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step: 'tag', target }),
    step: 'tag',
    target,
    transitions: input.transitions ?? [],
    result: { project: name, versioning, version: plan.version, commit: composed.commit, tags },
    artifacts: { version, tags: tags.map((tag) => ({ ...tag, project: name, state: 'private' as const })) },
  });
}

/** With the words in it that come from people. */
interface WordedVersion extends ComposedVersion {
  readonly changelog: string;
}

async function compose(outside: Outside, input: TagInput): Promise<WordedVersion> {
  const mirror = outside.mirrorOf(input.project);
  await bringBase(mirror, input);
  const changelog = changelogText(await includedChanges(outside, input));
  const composed = await composeVersion(mirror, { ...input, changelogText: changelog });
  return { ...composed, changelog };
}

/** Sides that are not public, each once. None for a project with one repository: its tags are pushed when they are published. */
function privateSides({ repositories: { canonical, security, build } }: Project): readonly PrivateSide[] {
  const sides: readonly PrivateSide[] = security === build ? ['security'] : ['security', 'build'];
  return security === canonical ? [] : sides;
}

type PublishInput = Parameters<ReleaseEffects['publishRefs']>[0];

/** The point of no return. */
async function publishRefs(
  outside: Outside,
  input: PublishInput & { readonly toCanonical: typeof pushPublicly },
): ReturnType<ReleaseEffects['publishRefs']> {
  const { project, plan, release, version, tagged } = input;
  const composed = await compose(outside, input);
  if (composed.commit !== tagged.commit) throw otherBytes(input, composed.commit);
  const { changelog: text } = composed;
  await clearText(outside, { release, project, name: `changelog of ${plan.version}`, text });
  const stable = await publishStable(outside, { ...input, composed });
  const target = `${project.name}/${plan.version}`;
  const key = effectKey({ release, step: 'publish-refs', target });
  // Done before, the branch may have gone on since; what it was moved to is still the answer.
  const done = await outside.records.effects.find<{ readonly stable: string }>(key);
  return outside.records.effects.record({
    release,
    workflowId: callingWorkflow(release),
    key,
    step: 'publish-refs',
    target,
    transitions: input.transitions ?? [],
    result: { stable: done?.stable ?? stable },
    artifacts: {
      version,
      tags: tagged.tags.map((tag) => ({ ...tag, project: project.name, state: 'public' as const })),
    },
  });
}

function otherBytes({ project, tagged }: PublishInput, commit: string): Error {
  return permanent('BugInUs', {
    where: `${project.name} ${tagged.version}`,
    what: `composed again it is ${commit}, and it was tagged as ${tagged.commit}`,
    remedy: 'Report it; nothing has been published',
  });
}

interface Publishing extends PublishInput {
  readonly composed: ComposedVersion;
  readonly toCanonical: typeof pushPublicly;
}

async function publishStable(outside: Outside, input: Publishing): Promise<string> {
  const { plan, release, project, toCanonical } = input;
  const mirror = outside.mirrorOf(project);
  for (let attempt = 1; ; attempt++) {
    await mirror.fetch('canonical');
    const head = await mirror.resolve(`refs/sides/canonical/heads/${plan.stableBranch}`);
    const { branch, tags, made } = await stableRefs(mirror, { head, input });
    try {
      await toCanonical(outside, { release, project, refs: [branch, ...tags], made });
      await followOnPrivateSides(mirror, { input, branch });
      return branch.object;
    } catch (error) {
      const moved = (await headNow(mirror, plan.stableBranch)) !== head;
      if (!moved || attempt === STABLE_BRANCH_TRIES) throw error;
    }
  }
}

interface StableRefs extends Pick<PublicPush, 'made'> {
  readonly branch: WantedRef;
  readonly tags: readonly WantedRef[];
}

/** What canonical gets of a version: its stable branch, and its tags. */
async function stableRefs(
  mirror: Mirror,
  {
    head,
    input,
  }: {
    readonly head: string | undefined;
    readonly input: PublishInput & { readonly composed: ComposedVersion };
  },
): Promise<StableRefs> {
  const { plan, composed } = input;
  const object = await mergedInto(mirror, { head, input });
  const branch: WantedRef = {
    ref: `refs/heads/${plan.stableBranch}`,
    object,
    ...(head === undefined ? {} : { from: head }),
  };
  const tags = composed.tags.map(({ name, object: tag }) => ({ ref: `refs/tags/${name}`, object: tag }));
  const made = [
    object,
    composed.commit,
    ...composed.tags.flatMap((tag) => [tag.object, tag.sha]),
    ...(await madeForBase(mirror, plan)),
  ];
  return { branch, tags, made };
}

/** What {@link publishRefs} will push to canonical, as things stand; nothing is pushed. */
export async function refsToPublish(outside: Outside, input: PublishInput): Promise<PublicPush> {
  const { project, plan, release } = input;
  const composed = await compose(outside, input);
  const mirror = outside.mirrorOf(project);
  const head = await headNow(mirror, plan.stableBranch);
  const { branch, tags, made } = await stableRefs(mirror, { head, input: { ...input, composed } });
  return { release, project, refs: [branch, ...tags], made };
}

async function headNow(mirror: Mirror, branch: string): Promise<string | undefined> {
  await mirror.fetch('canonical');
  return mirror.resolve(`refs/sides/canonical/heads/${branch}`);
}

interface Merge {
  readonly head: string | undefined;
  readonly input: PublishInput;
}

/** The stable branch with the version in it: forward where nobody else moved it, else a merge, the same bytes each time. */
async function mergedInto(mirror: Mirror, { head, input }: Merge): Promise<string> {
  const { tagged, plan, release, project, closedAt } = input;
  if (head === undefined || (await mirror.isAncestor(head, tagged.commit))) return tagged.commit;
  if (await mirror.isAncestor(tagged.commit, head)) return head;
  const tree = await mergedTree(mirror, { head, input });
  const key = effectKey({ release, step: 'merge', target: `${project.name}/${plan.version}` });
  const message = `Merge ${tagged.tags.at(-1)?.name ?? plan.version} into ${plan.stableBranch}\n\nSignalbox-Key: ${key}\n`;
  return commitTree(mirror, { tree, parents: [head, tagged.commit], message, at: closedAt });
}

async function mergedTree(
  mirror: Mirror,
  { head, input }: { readonly head: string; readonly input: PublishInput },
): Promise<string> {
  const { project, plan, tagged } = input;
  const merge = await inMergeRoom(mirror, {
    objects: 'kept',
    work: (room) => mergeOf(room, { onto: head, head: tagged.commit }),
  });
  if (merge.clean) return merge.tree;
  const tag = tagged.tags.at(-1)?.name ?? plan.version;
  throw permanent('Conflict', {
    where: `${project.repositories.canonical} ${plan.stableBranch}`,
    what: `it has moved to ${head}, which contradicts ${tag} in ${merge.files.join(', ')}`,
    remedy: `Merge ${tag} of ${project.repositories.security} into it by hand and push, then resume the step`,
  });
}

/** The private sides get the public branch too, where that is a step forward; where it is not, their own work is in the way and stays. */
async function followOnPrivateSides(
  mirror: Mirror,
  { input, branch }: { readonly input: PublishInput; readonly branch: WantedRef },
): Promise<void> {
  for (const side of privateSides(input.project)) {
    await mirror.fetch(side);
    const head = await mirror.resolve(branch.ref.replace('refs/heads/', `refs/sides/${side}/heads/`));
    if (head !== undefined && !(await mirror.isAncestor(head, branch.object))) continue;
    const { ref, object } = branch;
    await pushRefs(mirror, {
      sides: [side],
      refs: [{ ref, object, ...(head === undefined ? {} : { from: head }) }],
    });
  }
}
