import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, userOf, writeProject } from '../access';
import type { Issue, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf } from '../parameters';
import { notFound } from '../refusal';
import type { Api } from '../server';
import { labelList } from './label-list';
import { presentUser } from './projects';

const newIssue = z.object({
  title: z.string().min(1),
  description: z.string().default(''),
  confidential: z.boolean().default(false),
  labels: labelList.default([]),
  due_date: z.string().nullable().default(null),
});
const change = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  labels: labelList.optional(),
  add_labels: labelList.optional(),
  remove_labels: labelList.optional(),
  due_date: z.string().nullable().optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
});

export function issueRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/issues';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { state = 'all', labels, search } = queryOf(request);
    const found = instance.tables.issues
      .all(project.id)
      .filter((issue) => maySee(instance, request, issue))
      .filter((issue) => state === 'all' || issue.state === state)
      .filter(
        (issue) => labels === undefined || labels.split(',').every((label) => issue.labels.includes(label)),
      )
      .filter((issue) => search === undefined || `${issue.title}\n${issue.description}`.includes(search));
    return paginate(
      found.toReversed().map((issue) => presentIssue(instance, project, issue)),
      { request, reply },
    );
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const at = instant();
    const issue: Issue = {
      ...newIssue.parse(request.body),
      id: instance.store.next('issue'),
      iid: instance.store.next(`issue-iid-${project.id}`),
      project_id: project.id,
      state: 'opened',
      author_id: user.id,
      created_at: at,
      updated_at: at,
      closed_at: null,
    };
    instance.tables.issues.put(project.id, issue.iid, issue);
    return reply.status(201).send(presentIssue(instance, project, issue));
  });
  app.get(`${path}/:iid`, async (request) => {
    const { project, issue } = findIssue(instance, request);
    return presentIssue(instance, project, issue);
  });
  app.put(`${path}/:iid`, async (request) => {
    writeProject(instance, request);
    const { project, issue } = findIssue(instance, request);
    const {
      state_event: event,
      add_labels: add = [],
      remove_labels: remove = [],
      labels,
      ...fields
    } = change.parse(request.body);
    const at = instant();
    const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const changed: Issue = {
      ...issue,
      ...told,
      labels: [...new Set([...(labels ?? issue.labels).filter((label) => !remove.includes(label)), ...add])],
      ...(event === 'close' ? { state: 'closed', closed_at: at } : {}),
      ...(event === 'reopen' ? { state: 'opened', closed_at: null } : {}),
      updated_at: at,
    };
    return presentIssue(instance, project, instance.tables.issues.put(project.id, issue.iid, changed));
  });
}

/** The issue, as far as the asker may see it. @throws Refusal 404 */
export function findIssue(instance: Instance, request: FastifyRequest): { project: Project; issue: Issue } {
  const { project } = readProject(instance, request);
  const issue = instance.tables.issues.get(project.id, numberIn(request, 'iid'));
  if (issue === undefined || !maySee(instance, request, issue)) throw notFound('Issue');
  return { project, issue };
}

function maySee(instance: Instance, request: FastifyRequest, issue: Issue): boolean {
  return !issue.confidential || userOf(instance, request.headers) !== undefined;
}

export function presentIssue(instance: Instance, project: Project, { author_id, ...issue }: Issue): object {
  return {
    ...issue,
    author: presentUser(instance, author_id),
    assignees: [],
    milestone: null,
    issue_type: 'issue',
    web_url: `${instance.url}/${project.path_with_namespace}/-/issues/${issue.iid}`,
    references: {
      short: `#${issue.iid}`,
      relative: `#${issue.iid}`,
      full: `${project.path_with_namespace}#${issue.iid}`,
    },
  };
}
