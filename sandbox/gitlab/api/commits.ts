import { readProject } from '../access';
import { lines } from '../git-repository';
import { paginate } from '../pagination';
import { listIn, parameter, queryOf } from '../parameters';
import { missing, notFound } from '../refusal';
import type { Api } from '../server';
import { presentMergeRequest } from './merge-request-entity';
import { presentCommit, presentCommits } from './commit-entity';

export function commitRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/commits';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { ref_name: ref, path: file } = queryOf(request);
    const range = ref ?? project.default_branch;
    if ((await instance.repository(project).resolve(range.split('..').at(-1) ?? '')) === undefined)
      throw notFound('Commit');
    const shas = lines(
      await instance
        .repository(project)
        .git(['rev-list', range, '--', ...(file === undefined ? [] : [file])]),
    );
    const page = paginate(
      shas.map((id) => ({ id })),
      { request, reply },
    );
    return Promise.all(page.map(({ id }) => presentCommit(instance, project, id)));
  });
  app.get(`${path}/:sha`, async (request) => {
    const { project } = readProject(instance, request);
    const sha = await instance.repository(project).resolve(parameter(request, 'sha'));
    if (sha === undefined) throw notFound('Commit');
    return presentCommit(instance, project, sha);
  });
  app.get(`${path}/:sha/refs`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const sha = parameter(request, 'sha');
    const { type = 'all' } = queryOf(request);
    const found = await instance
      .repository(project)
      .git(['for-each-ref', `--contains=${sha}`, '--format=%(refname)', 'refs/heads/', 'refs/tags/'])
      .catch(() => {
        throw notFound('Commit');
      });
    const refs = lines(found).map((ref) => ({
      type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      name: ref.replace(/^refs\/(heads|tags)\//, ''),
    }));
    return paginate(
      refs.filter((ref) => type === 'all' || ref.type === type),
      { request, reply },
    );
  });
  app.get(`${path}/:sha/merge_requests`, async (request, reply) => {
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
  app.get('/api/v4/projects/:id/repository/compare', async (request) => {
    const { project } = readProject(instance, request);
    const { from, to, straight } = queryOf(request);
    if (from === undefined) throw missing('from');
    if (to === undefined) throw missing('to');
    const repository = instance.repository(project);
    const [older, newer] = await Promise.all([repository.resolve(from), repository.resolve(to)]);
    if (older === undefined || newer === undefined) throw notFound('Ref');
    const range = straight === 'true' ? `${older}..${newer}` : `${older}...${newer}`;
    const [commits, files] = await Promise.all([
      presentCommits(instance, { project, args: ['--reverse', `${older}..${newer}`] }),
      repository.git(['diff', '--name-status', range]),
    ]);
    return {
      commit: commits.at(-1) ?? null,
      commits,
      diffs: lines(files).map(presentDiff),
      compare_timeout: false,
      compare_same_ref: older === newer,
      web_url: `${instance.url}/${project.path_with_namespace}/-/compare/${from}...${to}`,
    };
  });
  app.get('/api/v4/projects/:id/repository/merge_base', async (request) => {
    const { project } = readProject(instance, request);
    const refs = listIn(request, 'refs');
    if (refs.length < 2) throw missing('refs');
    const sha = await instance
      .repository(project)
      .git(['merge-base', ...refs])
      .catch(() => {
        throw notFound('Merge Base');
      });
    return presentCommit(instance, project, sha.trim());
  });
}

function presentDiff(line: string): object {
  const [status = '', old = '', renamed] = line.split('\t');
  return {
    old_path: old,
    new_path: renamed ?? old,
    new_file: status === 'A',
    deleted_file: status === 'D',
    renamed_file: status.startsWith('R'),
    diff: '',
  };
}
