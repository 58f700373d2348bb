import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { readProject } from '../access';
import type { Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf } from '../parameters';
import { missing, notFound } from '../refusal';
import type { Api } from '../server';

export function fileRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/files/:file';
  app.get(path, async (request) => {
    const { ref } = queryOf(request);
    if (ref === undefined) throw missing('ref');
    const { commit, content, file, object, mode, last } = await find(instance, request, ref);
    return {
      file_name: file.split('/').at(-1),
      file_path: file,
      size: content.length,
      encoding: 'base64',
      content: content.toString('base64'),
      content_sha256: createHash('sha256').update(content).digest('hex'),
      ref,
      blob_id: object,
      commit_id: commit,
      last_commit_id: last,
      execute_filemode: mode === '100755',
    };
  });
  app.get(`${path}/raw`, async (request, reply) => {
    const { ref = 'HEAD' } = queryOf(request);
    const { content } = await find(instance, request, ref);
    return reply.type('application/octet-stream').send(content);
  });
  app.get('/api/v4/projects/:id/repository/tree', async (request, reply) => {
    const { project } = readProject(instance, request);
    const { ref, path: under = '', recursive } = queryOf(request);
    const repository = instance.repository(project);
    const sha = await repository.resolve(ref ?? project.default_branch);
    if (sha === undefined) throw notFound('Tree');
    const options = recursive === 'true' ? ['-r', '-t'] : [];
    const folder = under.replace(/\/$/, '');
    const prefix = folder === '' ? [] : [`${folder}/`];
    const text = await repository.git(['ls-tree', '-z', ...options, sha, '--', ...prefix]);
    // `-t` lists the folder itself as well.
    const entries = text
      .split('\0')
      .filter(Boolean)
      .map(presentEntry)
      .filter((entry) => entry.path !== folder);
    if (entries.length === 0 && folder !== '') throw notFound('invalid revision or path');
    return paginate(entries, { request, reply });
  });
}

interface FoundFile {
  readonly commit: string;
  readonly content: Buffer;
  readonly file: string;
  readonly object: string;
  readonly mode: string;
  /** The newest commit that changed it. */
  readonly last: string;
}

/** @throws Refusal 404 */
async function find(instance: Instance, request: FastifyRequest, ref: string): Promise<FoundFile> {
  const { project } = readProject(instance, request);
  const file = parameter(request, 'file');
  const repository = instance.repository(project);
  const commit = await repository.resolve(ref);
  if (commit === undefined) throw notFound('Commit');
  const content = await repository.file(commit, file);
  if (content === undefined) throw notFound('File');
  const [entry, last] = await Promise.all([
    repository.git(['ls-tree', commit, '--', file]),
    repository.git(['log', '-1', '--format=%H', commit, '--', file]),
  ]);
  const [mode = '', , object = ''] = entry.split(/\s/);
  return { commit, content, file, object, mode, last: last.trim() };
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly mode: string;
}

function presentEntry(row: string): Entry {
  const [, mode = '', type = '', id = '', path = ''] = /^(\d+) (\w+) (\w+)\t([^]+)$/.exec(row) ?? [];
  return { id, name: path.split('/').at(-1) ?? '', type, path, mode };
}
