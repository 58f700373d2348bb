import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readProject, writeProject } from '../access';
import type { Package, PackageFile, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf } from '../parameters';
import { badRequest, notFound } from '../refusal';
import type { Api } from '../server';

interface Named {
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

const NAME = /^[A-Za-z0-9._-]+$/;

export function packageRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/packages';
  app.put(`${path}/generic/:name/:version/:file`, async (request, reply) => {
    const { project } = writeProject(instance, request);
    const named = request.params as Named;
    if (!NAME.test(named.name) || !NAME.test(named.file))
      throw badRequest('package_name or file_name is invalid');
    const file = await receive(instance, request.body as Readable);
    instance.store.transaction(() => addFile(instance, { project, named, ...file }));
    return reply.status(201).send({ message: '201 Created' });
  });
  app.get(`${path}/generic/:name/:version/:file`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { name, version, file } = request.params as Named;
    const found = packagesNamed(instance, project, { name, version });
    // GitLab keeps every upload of a name and hands out the newest.
    const newest = filesOf(instance, project, found).findLast((one) => one.file_name === file);
    if (newest === undefined) throw notFound('Not Found');
    return reply
      .type('application/octet-stream')
      .send(createReadStream(blobPath(instance, newest.file_sha256)));
  });
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { package_name: name, package_version: version } = queryOf(request);
    const found = instance.tables.packages
      .all(project.id)
      .filter(
        (one) =>
          (name === undefined || one.name.includes(name)) &&
          (version === undefined || one.version === version),
      );
    return paginate(
      found.map((one) => presentPackage(project, one)),
      { request, reply },
    );
  });
  app.get(`${path}/:package/package_files`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const found = instance.tables.packages.get(project.id, numberIn(request, 'package'));
    if (found === undefined) throw notFound('Package');
    return paginate(filesOf(instance, project, [found]), { request, reply });
  });
  app.delete(`${path}/:package`, async (request, reply) => {
    const { project } = writeProject(instance, request, 40);
    const id = numberIn(request, 'package');
    const found = instance.tables.packages.get(project.id, id);
    if (found === undefined) throw notFound('Package');
    instance.store.transaction(() => {
      for (const file of filesOf(instance, project, [found]))
        instance.tables.packageFiles.remove(project.id, file.id);
      instance.tables.packages.remove(project.id, id);
    });
    return reply.status(204).send();
  });
}

function blobPath(instance: Instance, sha256: string): string {
  return join(instance.home, 'packages', sha256);
}

async function receive(instance: Instance, body: Readable): Promise<{ sha256: string; size: number }> {
  await mkdir(join(instance.home, 'packages'), { recursive: true });
  const incoming = blobPath(instance, `incoming-${instance.store.next('upload')}`);
  const hash = createHash('sha256');
  let size = 0;
  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  await pipeline(body, measured, createWriteStream(incoming));
  const sha256 = hash.digest('hex');
  await rename(incoming, blobPath(instance, sha256));
  return { sha256, size };
}

function packagesNamed(
  instance: Instance,
  project: Project,
  { name, version }: Omit<Named, 'file'>,
): readonly Package[] {
  return instance.tables.packages
    .all(project.id)
    .filter((one) => one.name === name && one.version === version);
}

function filesOf(instance: Instance, project: Project, packages: readonly Package[]): readonly PackageFile[] {
  const ids = new Set(packages.map(({ id }) => id));
  return instance.tables.packageFiles.all(project.id).filter(({ package_id }) => ids.has(package_id));
}

function addFile(
  instance: Instance,
  { project, named, sha256, size }: { project: Project; named: Named; sha256: string; size: number },
): void {
  const { name, version, file } = named;
  const at = instant();
  const [there] = packagesNamed(instance, project, { name, version });
  const id = there?.id ?? instance.store.next('package');
  if (there === undefined)
    instance.tables.packages.put(project.id, id, {
      id,
      project_id: project.id,
      name,
      version,
      created_at: at,
    });
  const row: PackageFile = {
    id: instance.store.next('package-file'),
    package_id: id,
    file_name: file,
    size,
    file_sha256: sha256,
    created_at: at,
  };
  instance.tables.packageFiles.put(project.id, row.id, row);
}

function presentPackage(project: Project, row: Package): object {
  return {
    ...row,
    package_type: 'generic',
    status: 'default',
    tags: [],
    _links: { web_path: `/${project.path_with_namespace}/-/packages/${row.id}` },
  };
}
