import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { mayRead, maySeeInternal, readProject, writeProject } from '../access';
import type { Issue, Project, User } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { listIn, numberIn, queryOf, sent } from '../parameters';
import { notFound } from '../refusal';
import type { Api } from '../server';
import { flag, labelList } from './fields';
import { ensureLabels } from './labels';
import { presentUser } from './projects';

const newIssue = z.object({
  title: z.string().min(1),
  description: z.string().default(''),
  confidential: flag.default(false),
  labels: labelList.default([]),
  due_date: z.string().nullable().default(null),
});
const change = z.object({
  title: z.string().min(1).exactOptional(),
  description: z.string().exactOptional(),
  confidential: flag.exactOptional(),
  labels: labelList.exactOptional(),
  add_labels: labelList.exactOptional(),
  remove_labels: labelList.exactOptional(),
  due_date: z.string().nullable().exactOptional(),
  state_event: z.enum(['close', 'reopen']).exactOptional(),
});

export function issueRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/issues';
  app.get(path, async (request, reply) => {
    const { project, user } = readProject(instance, request);
    const iids = listIn(request, 'iids').map(Number);
    const found = instance.tables.issues
      .all(project.id)
      .filter((issue) => maySeeIssue({ project, issue, user }) && isWanted(issue, queryOf(request)))
      .filter(({ iid }) => iids.length === 0 || iids.includes(iid));
    return paginate(
      found.toReversed().map((issue) => presentIssue(instance, project, issue)),
      { request, reply },
    );
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newIssue.parse(sent(request));
    ensureLabels(instance, project, wanted.labels);
    const at = instant();
    const issue: Issue = {
      ...wanted,
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
    const changed = changedBy(issue, change.parse(sent(request)));
    ensureLabels(instance, project, changed.labels);
    return presentIssue(instance, project, instance.tables.issues.put(project.id, issue.iid, changed));
  });
}

function isWanted(issue: Issue, filter: Readonly<Record<string, string>>): boolean {
  const { state = 'all', labels, search } = filter;
  return (
    (state === 'all' || issue.state === state) &&
    (labels === undefined || labels.split(',').every((label) => issue.labels.includes(label))) &&
    (search === undefined || `${issue.title}\n${issue.description}`.includes(search))
  );
}

function changedBy(issue: Issue, wanted: z.infer<typeof change>): Issue {
  const { state_event: event, add_labels: add = [], remove_labels: remove = [], labels, ...fields } = wanted;
  const kept = (labels ?? issue.labels).filter((label) => !remove.includes(label));
  const at = instant();
  return {
    ...issue,
    ...fields,
    labels: [...new Set([...kept, ...add])],
    ...(event === 'close' && issue.state === 'opened' ? { state: 'closed', closed_at: at } : {}),
    ...(event === 'reopen' ? { state: 'opened', closed_at: null } : {}),
    updated_at: at,
  };
}

/** The issue, as far as the asker may see it. @throws Refusal 404 */
export function findIssue(instance: Instance, request: FastifyRequest): { project: Project; issue: Issue } {
  const { project, user } = readProject(instance, request);
  const issue = instance.tables.issues.get(project.id, numberIn(request, 'iid'));
  if (issue === undefined || !maySeeIssue({ project, issue, user })) throw notFound('Issue');
  return { project, issue };
}

export function maySeeIssue({
  project,
  issue,
  user,
}: {
  readonly project: Project;
  readonly issue: Issue;
  readonly user: User | undefined;
}): boolean {
  if (!mayRead(project, user)) return false;
  return !issue.confidential || maySeeInternal(user) || issue.author_id === user?.id;
}

/** An issue as it is told beside another. */
export function presentBasicIssue(
  instance: Instance,
  project: Project,
  { author_id, ...issue }: Issue,
): object {
  return {
    ...issue,
    author: presentUser(instance, author_id),
    assignees: [],
    milestone: null,
    issue_type: 'issue',
    web_url: `${instance.url}/${project.path_with_namespace}/-/issues/${issue.iid}`,
  };
}

export function presentIssue(instance: Instance, project: Project, issue: Issue): object {
  return {
    ...presentBasicIssue(instance, project, issue),
    references: {
      short: `#${issue.iid}`,
      relative: `#${issue.iid}`,
      full: `${project.path_with_namespace}#${issue.iid}`,
    },
  };
}
