import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maintainProject, readProject } from '../access';
import type { FreezePeriod, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, sent } from '../parameters';
import { notFound, Refusal } from '../refusal';
import type { Api } from '../server';

const CRON = /^\s*([\d*/,-]+\s+){4}[\w*/,-]+\s*$/;

const newPeriod = z.object({
  freeze_start: z.string(),
  freeze_end: z.string(),
  cron_timezone: z.string().default('UTC'),
});
const change = z.object({
  freeze_start: z.string().exactOptional(),
  freeze_end: z.string().exactOptional(),
  cron_timezone: z.string().exactOptional(),
});

export function freezePeriodRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/freeze_periods';
  const { freezePeriods } = instance.tables;
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    return paginate(freezePeriods.all(project.id), { request, reply });
  });
  app.get(`${path}/:period`, async (request) => find(instance, request).row);
  app.post(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const at = instant();
    const id = instance.store.next('freeze_period');
    const row = valid({ id, ...newPeriod.parse(sent(request)), created_at: at, updated_at: at });
    return reply.status(201).send(freezePeriods.put(project.id, id, row));
  });
  app.put(`${path}/:period`, async (request) => {
    maintainProject(instance, request);
    const { project, row } = find(instance, request);
    const changed = valid({ ...row, ...change.parse(sent(request)), updated_at: instant() });
    return freezePeriods.put(project.id, row.id, changed);
  });
  app.delete(`${path}/:period`, async (request, reply) => {
    maintainProject(instance, request);
    const { project, row } = find(instance, request);
    freezePeriods.remove(project.id, row.id);
    return reply.status(204).send();
  });
}

/** @throws Refusal 400 that names the field */
function valid(row: FreezePeriod): FreezePeriod {
  const wrong = (['freeze_start', 'freeze_end'] as const).find((field) => !CRON.test(row[field]));
  if (wrong !== undefined) throw new Refusal(400, { message: { [wrong]: [' is invalid syntax'] } });
  if (!isZone(row.cron_timezone))
    throw new Refusal(400, { message: { cron_timezone: [' is invalid syntax'] } });
  return row;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: FreezePeriod } {
  const { project } = readProject(instance, request);
  const row = instance.tables.freezePeriods.get(project.id, numberIn(request, 'period'));
  if (row === undefined) throw notFound('Freeze Period');
  return { project, row };
}
