import { z } from 'zod';
import { maintainProject, readProject } from '../access';
import type { Protection } from '../entities';
import { paginate } from '../pagination';
import { parameter, sent } from '../parameters';
import { conflict, notFound } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';

const level = z.coerce
  .number()
  .refine((value) => [0, 30, 40, 60].includes(value))
  .default(40);
const newBranch = z.object({
  name: z.string().min(1),
  push_access_level: level,
  merge_access_level: level,
  allow_force_push: flag.default(false),
});
const newTag = z.object({ name: z.string().min(1), create_access_level: level });

export function protectionRoutes({ app, instance }: Api): void {
  const { protectedBranches, protectedTags } = instance.tables;
  for (const [kind, table, present] of [
    ['protected_branches', protectedBranches, presentBranch],
    ['protected_tags', protectedTags, presentTag],
  ] as const) {
    const path = `/api/v4/projects/:id/${kind}`;
    app.get(path, async (request, reply) => {
      const { project } = readProject(instance, request);
      return paginate(table.all(project.id).map(present), { request, reply });
    });
    app.get(`${path}/:name`, async (request) => {
      const { project } = readProject(instance, request);
      const row = table.get(project.id, parameter(request, 'name'));
      if (row === undefined) throw notFound();
      return present(row);
    });
    app.post(path, async (request, reply) => {
      const { project } = maintainProject(instance, request);
      const row = parse(kind, sent(request));
      if (table.get(project.id, row.name) !== undefined)
        throw conflict(`Protected ref '${row.name}' already exists`);
      const id = instance.store.next('protection');
      return reply.status(201).send(present(table.put(project.id, row.name, { ...row, id })));
    });
    app.delete(`${path}/:name`, async (request, reply) => {
      const { project } = maintainProject(instance, request);
      const name = parameter(request, 'name');
      if (table.get(project.id, name) === undefined) throw notFound();
      table.remove(project.id, name);
      return reply.status(204).send();
    });
  }
}

function parse(kind: string, body: unknown): Omit<Protection, 'id'> {
  if (kind === 'protected_branches') return newBranch.parse(body);
  const { name, create_access_level } = newTag.parse(body);
  return { name, push_access_level: create_access_level, merge_access_level: create_access_level };
}

function access(id: number, value: number): object {
  const description = value >= 40 ? 'Maintainers' : 'Developers + Maintainers';
  return { id, access_level: value, access_level_description: value === 0 ? 'No one' : description };
}

function presentBranch({
  id,
  name,
  push_access_level,
  merge_access_level,
  allow_force_push,
}: Protection): object {
  return {
    id,
    name,
    push_access_levels: [access(id, push_access_level)],
    merge_access_levels: [access(id, merge_access_level)],
    unprotect_access_levels: [],
    allow_force_push: allow_force_push ?? false,
    code_owner_approval_required: false,
  };
}

function presentTag({ id, name, push_access_level }: Protection): object {
  return { name, create_access_levels: [access(id, push_access_level)] };
}
