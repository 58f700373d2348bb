import type { Project } from '../../domain/project';
import type { CandidateProject, ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import type { Mirror } from '../git/mirror';
import { fetchCanonical, refuseReleased } from '../git/survey-lines';
import type { Outside } from '../outside';
import { productionBase, productionCommit, type DeployedPolicy } from './production-base';

type Input = Parameters<ReleaseEffects['chooseCandidate']>[0];

/** The commit of each project that the policy vouches for. @throws ApplicationFailure RefusedByPolicy where it vouches for none */
export async function chooseCandidate(
  outside: Outside,
  { settings, minor }: Input,
): Promise<readonly CandidateProject[]> {
  const { candidate, projects } = settings;
  // Asked before canonical is fetched: what was deployed by then is there.
  const inProduction =
    candidate.from === 'environment' ? await productionCommits(outside, { projects, policy: candidate }) : [];
  await fetchCanonical(outside, settings);
  await refuseReleased(outside, settings, minor);
  return Promise.all(
    projects.map(async (project, index) => {
      const mirror = outside.mirrorOf(project);
      const head = await mirror.resolve(`refs/sides/canonical/heads/${project.defaultBranch}`);
      if (head === undefined) throw noCandidate(project, `it has no branch ${project.defaultBranch}`);
      const from = { project, mirror, head };
      if (candidate.from === 'default-branch') return newestPassed(outside, from);
      return deployed({ ...from, policy: candidate, commit: inProduction[index] });
    }),
  );
}

/** In the order of the projects. */
function productionCommits(
  outside: Outside,
  { projects, policy }: { readonly projects: readonly Project[]; readonly policy: DeployedPolicy },
): Promise<readonly (string | undefined)[]> {
  return Promise.all(projects.map((project) => productionCommit(outside, { project, policy })));
}

interface From {
  readonly project: Project;
  readonly mirror: Mirror;
  /** Of the default branch. */
  readonly head: string;
}

/**
 * The public commit under what the environment runs, of the newest package whose migrations ran. What is said of it is the same
 * whether or not something secret was composed onto it.
 */
async function deployed({
  project,
  mirror,
  head,
  policy: { environment, migrations },
  commit,
}: From & {
  readonly policy: DeployedPolicy;
  readonly commit: string | undefined;
}): Promise<CandidateProject> {
  if (commit === undefined) {
    const asked = migrations === undefined ? environment : `${environment} and then to ${migrations}`;
    throw noCandidate(project, `nothing was deployed to ${asked} yet`);
  }
  const sha = await productionBase(mirror, commit);
  if (sha === undefined || !(await mirror.isAncestor(sha, head)))
    throw noCandidate(project, `${environment} runs what was not made from ${project.defaultBranch}`);
  return { project: project.name, sha, sentence: `${environment} runs it.` };
}

async function newestPassed({ gitlab }: Outside, { project, mirror, head }: From): Promise<CandidateProject> {
  const { name, defaultBranch, repositories } = project;
  const { canonical } = repositories;
  const hasFile = (await mirror.file(head, '.gitlab-ci.yml')) !== undefined;
  if (!hasFile || !(await gitlab.runsPipelines(canonical))) {
    const sentence = `It is the newest commit of ${defaultBranch}; ${canonical} runs no pipelines.`;
    return { project: name, sha: head, sentence };
  }
  for (const sha of await gitlab.passedCommits({ project: canonical, ref: defaultBranch })) {
    if (!(await mirror.isAncestor(sha, head))) continue;
    return {
      project: name,
      sha,
      sentence: `It is the newest commit of ${defaultBranch} whose pipeline passed.`,
    };
  }
  throw noCandidate(project, `no pipeline of ${defaultBranch} has passed`);
}

function noCandidate({ repositories }: Project, what: string): Error {
  return permanent('RefusedByPolicy', {
    where: repositories.canonical,
    what,
    remedy: 'Deploy or test a commit of the default branch first, or set `candidate` in signalbox.yaml',
  });
}
