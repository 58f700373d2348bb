import { readProject } from '../access';
import { lines } from '../git-repository';
import { paginate } from '../pagination';
import { listIn, parameter, queryOf } from '../parameters';
import { missing, notFound } from '../refusal';
import type { Api } from '../server';
import { commitsBySha, presentCommit, presentCommits } from './commit-entity';
import { presentDiffs } from './diff-entity';
import { presentMergeRequest } from './merge-request-entity';

export function commitRoutes(api: Api): void {
  listRoutes(api, '/api/v4/projects/:id/repository/commits');
  relationRoutes(api, '/api/v4/projects/:id/repository/commits/:sha');
  comparisonRoutes(api, '/api/v4/projects/:id/repository');
}

function listRoutes({ app, instance }: Api, path: string): void {
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { ref_name: ref, path: file, since, until, all, first_parent: firstParent } = queryOf(request);
    const range = ref ?? project.default_branch;
    const repository = instance.repository(project);
    const ends = await Promise.all(range.split(/\.{2,3}/).map((end) => repository.resolve(end)));
    if (ends.includes(undefined)) throw notFound('Commit');
    const options = [
      ...(since === undefined ? [] : [`--since=${since}`]),
      ...(until === undefined ? [] : [`--until=${until}`]),
      ...(firstParent === 'true' ? ['--first-parent'] : []),
      ...(all === 'true' ? ['--all'] : []),
    ];
    const paths = file === undefined ? [] : [file];
    const list = await repository.git(['rev-list', ...options, '--end-of-options', range, '--', ...paths]);
    const page = paginate(
      lines(list).map((id) => ({ id })),
      { request, reply },
    );
    const commitOf = await commitsBySha(instance, { project, shas: page.map(({ id }) => id) });
    return page.map(({ id }) => commitOf(id));
  });
  app.get(`${path}/:sha`, async (request) => {
    const { project } = readProject(instance, request);
    const sha = await instance.repository(project).resolve(parameter(request, 'sha'));
    if (sha === undefined) throw notFound('Commit');
    return presentCommit(instance, project, sha);
  });
}

function relationRoutes({ app, instance }: Api, path: string): void {
  app.get(`${path}/diff`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const repository = instance.repository(project);
    const sha = await repository.resolve(parameter(request, 'sha'));
    if (sha === undefined) throw notFound('Commit');
    const parent = await repository.resolve(`${sha}^`);
    return paginate(await presentDiffs(repository, parent === undefined ? sha : `${parent}..${sha}`), {
      request,
      reply,
    });
  });
  app.get(`${path}/refs`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const repository = instance.repository(project);
    const sha = await repository.resolve(parameter(request, 'sha'));
    if (sha === undefined) throw notFound('Commit');
    const { type = 'all' } = queryOf(request);
    const args = ['for-each-ref', `--contains=${sha}`, '--format=%(refname)', 'refs/heads/', 'refs/tags/'];
    const refs = lines(await repository.git(args)).map((ref) => ({
      type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      name: ref.replace(/^refs\/(heads|tags)\//, ''),
    }));
    return paginate(
      refs.filter((ref) => type === 'all' || ref.type === type),
      { request, reply },
    );
  });
  app.get(`${path}/merge_requests`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const sha = parameter(request, 'sha');
    const found = instance.tables.mergeRequests
      .all(project.id)
      .filter((one) => one.merge_commit_sha === sha || one.sha === sha);
    return paginate(
      found.map((one) => presentMergeRequest(instance, project, one)),
      { request, reply },
    );
  });
}

function comparisonRoutes({ app, instance }: Api, path: string): void {
  app.get(`${path}/compare`, async (request) => {
    const { project } = readProject(instance, request);
    const { from, to, straight } = queryOf(request);
    if (from === undefined) throw missing('from');
    if (to === undefined) throw missing('to');
    const repository = instance.repository(project);
    const [older, newer] = await Promise.all([repository.resolve(from), repository.resolve(to)]);
    if (older === undefined || newer === undefined) throw notFound('Ref');
    const [commits, diffs] = await Promise.all([
      presentCommits(instance, { project, args: ['--reverse', `${older}..${newer}`] }),
      presentDiffs(repository, straight === 'true' ? `${older}..${newer}` : `${older}...${newer}`),
    ]);
    return {
      commit: commits.at(-1) ?? null,
      commits,
      diffs,
      compare_timeout: false,
      compare_same_ref: older === newer,
      web_url: `${instance.url}/${project.path_with_namespace}/-/compare/${from}...${to}`,
    };
  });
  app.get(`${path}/merge_base`, async (request) => {
    const { project } = readProject(instance, request);
    const refs = listIn(request, 'refs');
    if (refs.length < 2) throw missing('refs');
    const repository = instance.repository(project);
    const commits = await Promise.all(refs.map((ref) => repository.resolve(ref)));
    const known = commits.filter((sha) => sha !== undefined);
    if (known.length < commits.length) throw notFound('Ref');
    const base = await repository.git(['merge-base', ...known]).catch(() => {
      throw notFound('Merge Base');
    });
    return presentCommit(instance, project, base.trim());
  });
}
