import { createReadStream } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MAINTAINER, readProject, writeProject } from '../access';
import type { Package, PackageFile, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { blobPath, receiveBlob } from '../package-blobs';
import { paginate } from '../pagination';
import { numberIn, queryOf } from '../parameters';
import { badRequest, notFound } from '../refusal';
import type { Api } from '../server';

const named = z.object({ name: z.string(), version: z.string(), file: z.string() });

type Named = z.infer<typeof named>;

const NAME = /^[A-Za-z0-9._+-]+$/;
const VERSION = /^(\.?[\w+-]+\.?)+$/;

export function packageRoutes(api: Api): void {
  const { app } = api;
  // Whatever type an upload says it has, it is kept as it comes.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    uploadRoute(scope, api);
  });
  readRoutes(api, '/api/v4/projects/:id/packages');
}

function uploadRoute(scope: FastifyInstance, { instance }: Api): void {
  scope.put('/api/v4/projects/:id/packages/generic/:name/:version/:file', async (request, reply) => {
    const { project } = writeProject(instance, request);
    const wanted = named.parse(request.params);
    if (!NAME.test(wanted.name)) throw badRequest('package_name is invalid');
    if (!VERSION.test(wanted.version)) throw badRequest('package_version is invalid');
    if (!NAME.test(wanted.file)) throw badRequest('file_name is invalid');
    const blob = await receiveBlob(instance, request.body);
    const row = instance.store.transaction(() => addFile(instance, { project, wanted, ...blob }));
    if (queryOf(request)['select'] === 'package_file') return reply.status(201).send(presentFile(row));
    return reply.status(201).send({ message: '201 Created' });
  });
}

function readRoutes({ app, instance }: Api, path: string): void {
  app.get(`${path}/generic/:name/:version/:file`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const wanted = named.parse(request.params);
    const found = packagesNamed(instance, project, wanted);
    // GitLab keeps every upload of a name and hands out the newest.
    const newest = filesOf(instance, project, found).findLast((one) => one.file_name === wanted.file);
    if (newest === undefined) throw notFound();
    return reply
      .type('application/octet-stream')
      .header('content-length', newest.size)
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
  app.get(`${path}/:package`, async (request) => {
    const { project } = readProject(instance, request);
    return presentPackage(project, findPackage(instance, project, numberIn(request, 'package')));
  });
  app.get(`${path}/:package/package_files`, async (request, reply) => {
    const { project } = readProject(instance, request);
    const found = findPackage(instance, project, numberIn(request, 'package'));
    return paginate(filesOf(instance, project, [found]).map(presentFile), { request, reply });
  });
  app.delete(`${path}/:package`, async (request, reply) => {
    const { project } = writeProject(instance, request, MAINTAINER);
    const found = findPackage(instance, project, numberIn(request, 'package'));
    instance.store.transaction(() => {
      for (const file of filesOf(instance, project, [found]))
        instance.tables.packageFiles.remove(project.id, file.id);
      instance.tables.packages.remove(project.id, found.id);
    });
    return reply.status(204).send();
  });
}

/** @throws Refusal 404 */
function findPackage(instance: Instance, project: Project, id: number): Package {
  const found = instance.tables.packages.get(project.id, id);
  if (found === undefined) throw notFound('Package');
  return found;
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
  { project, wanted, sha256, size }: { project: Project; wanted: Named; sha256: string; size: number },
): PackageFile {
  const { name, version, file } = wanted;
  const created_at = instant();
  const [there] = packagesNamed(instance, project, { name, version });
  const id = there?.id ?? instance.store.next('package');
  if (there === undefined)
    instance.tables.packages.put(project.id, id, { id, project_id: project.id, name, version, created_at });
  const row: PackageFile = {
    id: instance.store.next('package-file'),
    package_id: id,
    file_name: file,
    size,
    file_sha256: sha256,
    created_at,
  };
  return instance.tables.packageFiles.put(project.id, row.id, row);
}

function presentFile(row: PackageFile): PackageFile & { readonly [field: string]: unknown } {
  return { ...row, file_md5: null, file_sha1: null };
}

function presentPackage(project: Project, { project_id: _project, ...row }: Package): object {
  return {
    ...row,
    package_type: 'generic',
    status: 'default',
    tags: [],
    _links: { web_path: `/${project.path_with_namespace}/-/packages/${row.id}` },
  };
}
