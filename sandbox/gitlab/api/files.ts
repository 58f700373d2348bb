import { createHash } from 'node:crypto';
import { readProject } from '../access';
import { lines } from '../git-repository';
import { paginate } from '../pagination';
import { queryOf } from '../parameters';
import { missing, notFound } from '../refusal';
import type { Api } from '../server';

export function fileRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/files/:file';
  app.get(path, async (request) => {
    const { commit, content, file, ref } = await find(request.params as FileParams, request);
    return {
      file_name: file.split('/').at(-1),
      file_path: file,
      size: content.length,
      encoding: 'base64',
      content: content.toString('base64'),
      content_sha256: createHash('sha256').update(content).digest('hex'),
      ref,
      commit_id: commit,
      last_commit_id: commit,
    };
  });
  app.get(`${path}/raw`, async (request, reply) => {
    const { content } = await find(request.params as FileParams, request);
    return reply.type('application/octet-stream').send(content);
  });
  app.get('/api/v4/projects/:id/repository/tree', async (request, reply) => {
    const { project } = readProject(instance, request);
    const { ref, path: under = '', recursive } = queryOf(request);
    const sha = await instance.repository(project).resolve(ref ?? project.default_branch);
    if (sha === undefined) throw notFound('Tree');
    const options = recursive === 'true' ? ['-r', '-t'] : [];
    const prefix = under === '' ? [] : [`${under.replace(/\/$/, '')}/`];
    const text = await instance.repository(project).git(['ls-tree', ...options, sha, '--', ...prefix]);
    return paginate(lines(text).map(presentEntry), { request, reply });
  });

  interface FileParams {
    readonly id: string;
    readonly file: string;
  }

  async function find({ file }: FileParams, request: Parameters<typeof readProject>[1]) {
    const { project } = readProject(instance, request);
    const { ref } = queryOf(request);
    if (ref === undefined) throw missing('ref');
    const commit = await instance.repository(project).resolve(ref);
    if (commit === undefined) throw notFound('Commit');
    const content = await instance.repository(project).file(commit, file);
    if (content === undefined) throw notFound('File');
    return { commit, content, file, ref };
  }
}

function presentEntry(line: string): object {
  const [, mode = '', type = '', id = '', path = ''] = /^(\d+) (\w+) (\w+)\t(.+)$/.exec(line) ?? [];
  return { id, name: path.split('/').at(-1), type, path, mode };
}
