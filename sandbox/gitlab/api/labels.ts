import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Label, Project } from '../entities';
import type { Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { badRequest, conflict, notFound } from '../refusal';
import type { Api } from '../server';

const DEFAULT_COLOUR = '#6699cc';

const newLabel = z.object({
  name: z.string().min(1),
  color: z.string().default(DEFAULT_COLOUR),
  description: z.string().nullable().default(null),
});
const change = z.object({
  new_name: z.string().min(1).exactOptional(),
  color: z.string().exactOptional(),
  description: z.string().nullable().exactOptional(),
});

export function labelRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/labels';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { search = '' } = queryOf(request);
    const found = instance.tables.labels.all(project.id).filter(({ name }) => name.includes(search));
    return paginate(found.map(presentLabel), { request, reply });
  });
  app.get(`${path}/:label`, async (request) => presentLabel(find(instance, request).label));
  app.post(path, async (request, reply) => {
    const { project } = writeProject(instance, request);
    const wanted = newLabel.parse(sent(request));
    if (instance.tables.labels.get(project.id, wanted.name) !== undefined)
      throw conflict('Label already exists');
    return reply.status(201).send(presentLabel(addLabel(instance, project, wanted)));
  });
  app.put(`${path}/:label`, async (request) => {
    writeProject(instance, request);
    const { project, label } = find(instance, request);
    const { new_name: name = label.name, ...fields } = change.parse(sent(request));
    if (Object.keys(fields).length === 0 && name === label.name)
      throw badRequest('new_name, color, description are missing, at least one parameter must be provided');
    return presentLabel(rename(instance, project, { label, changed: { ...label, ...fields, name } }));
  });
  app.delete(`${path}/:label`, async (request, reply) => {
    writeProject(instance, request);
    const { project, label } = find(instance, request);
    instance.tables.labels.remove(project.id, label.name);
    return reply.status(204).send();
  });
}

function addLabel(instance: Instance, project: Project, wanted: Omit<Label, 'id'>): Label {
  return instance.tables.labels.put(project.id, wanted.name, { ...wanted, id: instance.store.next('label') });
}

/** A label that is given to something is there from then on. */
export function ensureLabels(instance: Instance, project: Project, names: readonly string[]): void {
  for (const name of names) {
    if (instance.tables.labels.get(project.id, name) === undefined)
      addLabel(instance, project, { name, color: DEFAULT_COLOUR, description: null });
  }
}

/** Whatever bears the label bears its new name. @throws Refusal 409 for a name that is taken */
function rename(
  { store, tables }: Instance,
  project: Project,
  { label, changed }: { readonly label: Label; readonly changed: Label },
): Label {
  const isRenamed = changed.name !== label.name;
  if (isRenamed && tables.labels.get(project.id, changed.name) !== undefined)
    throw conflict('Label already exists');
  return store.transaction(() => {
    tables.labels.remove(project.id, label.name);
    const renamed = (names: readonly string[]) =>
      names.map((one) => (one === label.name ? changed.name : one));
    for (const row of isRenamed ? tables.issues.all(project.id) : [])
      tables.issues.put(project.id, row.iid, { ...row, labels: renamed(row.labels) });
    for (const row of isRenamed ? tables.mergeRequests.all(project.id) : [])
      tables.mergeRequests.put(project.id, row.iid, { ...row, labels: renamed(row.labels) });
    return tables.labels.put(project.id, changed.name, changed);
  });
}

/** By name or by id. @throws Refusal 404 */
function find(instance: Instance, request: FastifyRequest): { project: Project; label: Label } {
  const { project } = readProject(instance, request);
  const asked = parameter(request, 'label');
  const label = instance.tables.labels
    .all(project.id)
    .find(({ id, name }) => name === asked || String(id) === asked);
  if (label === undefined) throw notFound('Label');
  return { project, label };
}

function presentLabel(label: Label): Label & { readonly [field: string]: unknown } {
  return {
    ...label,
    description_html: label.description ?? '',
    text_color: '#FFFFFF',
    subscribed: false,
    priority: null,
    is_project_label: true,
  };
}
