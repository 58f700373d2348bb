import { tagRulesOf } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import type { ProjectPlan, ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import { projectNamed, type Outside } from '../outside';
import { packageNameOf, sha256, treeArchiveFile } from '../packages/package-content';
import { callingWorkflow } from '../records/calling-workflow';

type Input = Parameters<ReleaseEffects['withdrawVersions']>[0];

/**
 * Takes back what stands on the private sides, then burns the numbers; nothing of it was public. What was made is looked for
 * where it would be, not in the records: a worker may have died between the two. What others made under the same names stays.
 */
export async function withdrawVersions(
  outside: Outside,
  input: Input,
): ReturnType<ReleaseEffects['withdrawVersions']> {
  const { settings, versions, release, reason, transitions } = input;
  await refusePublic(outside, input);
  for (const plan of versions.flatMap(({ projects }) => projects))
    await withdrawProject(outside, { release, project: projectNamed(settings, plan.project), plan });
  const at = await outside.records.publication.withdraw({
    release,
    workflowId: callingWorkflow(release),
    versions: versions.map(({ version }) => version),
    reason,
    transitions: transitions ?? [],
  });
  return { at };
}

async function refusePublic({ records }: Outside, { release, versions }: Input): Promise<void> {
  const { tags } = await records.artifacts.ofRelease(release);
  const numbers = new Set(versions.map(({ version }) => version));
  const found = tags.find(({ productVersion, state }) => state === 'public' && numbers.has(productVersion));
  if (found === undefined) return;
  throw permanent('RefusedByPolicy', {
    where: release,
    what: `${found.name} of ${found.project} is public, so ${found.productVersion} cannot be taken back`,
    remedy: 'Go on: resume the step that has failed',
  });
}

interface Withdrawing {
  readonly release: string;
  readonly project: Project;
  readonly plan: ProjectPlan;
}

async function withdrawProject(outside: Outside, withdrawing: Withdrawing): Promise<void> {
  const { project, plan } = withdrawing;
  // The package goes first: what it was made of is known by the tag.
  if (plan.tagged && project.packageName !== undefined) await withdrawPackage(outside, withdrawing);
  for (const path of privateRepositories(project)) {
    for (const { name: tag } of plan.tagged ? tagRulesOf(project, plan.version) : [])
      if ((await ownTag(outside, { ...withdrawing, path, tag })) !== undefined)
        await outside.gitlab.deleteTag({ project: path, tag });
    await outside.gitlab.deleteBranch({ project: path, branch: plan.releaseBranch });
  }
}

function privateRepositories({ repositories: { canonical, security, build } }: Project): readonly string[] {
  return [...new Set([security, build])].filter((path) => path !== canonical);
}

interface TagAt extends Withdrawing {
  readonly path: string;
  readonly tag: string;
}

/** The commit of a tag that carries this release's key. */
async function ownTag({ gitlab }: Outside, { release, path, tag }: TagAt): Promise<string | undefined> {
  const found = await gitlab.findTag({ project: path, tag });
  return found?.message.includes(`\nSignalbox-Key: ${release}/tag/`) === true ? found.commit : undefined;
}

async function withdrawPackage(outside: Outside, withdrawing: Withdrawing): Promise<void> {
  const { project, plan } = withdrawing;
  const { build, canonical } = project.repositories;
  const last = tagRulesOf(project, plan.version).at(-1)?.name;
  if (build === canonical || last === undefined) return;
  const at = { project: build, name: packageNameOf(withdrawing), version: plan.version };
  const stored = await outside.gitlab.storedFiles(at);
  if (stored.length === 0) return;
  const commit = await ownTag(outside, { ...withdrawing, path: build, tag: last });
  if (commit === undefined) return;
  const { file, content } = await treeArchiveFile(outside, { project, plan, commit });
  if (stored.some((one) => one.name === file && one.sha256 === sha256(content)))
    await outside.gitlab.deletePackage(at);
}
