import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { userOf, writeProject } from '../access';
import type { Issue, IssueLink, Project } from '../entities';
import { findProject, instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, sent } from '../parameters';
import { conflict, notFound } from '../refusal';
import type { Api } from '../server';
import { findIssue, maySeeIssue, presentBasicIssue, presentIssue } from './issues';

const newLink = z.object({
  target_project_id: z.union([z.string(), z.number()]).transform(String),
  target_issue_iid: z.coerce.number(),
  link_type: z.enum(['relates_to', 'blocks', 'is_blocked_by']).default('relates_to'),
});

type End = IssueLink['source'];

const INVERSE = { relates_to: 'relates_to', blocks: 'is_blocked_by', is_blocked_by: 'blocks' } as const;

export function issueLinkRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/issues/:iid/links';
  app.get(path, async (request, reply) => {
    const { project, issue } = findIssue(instance, request);
    const here: End = { project_id: project.id, iid: issue.iid };
    const rows = instance.tables.issueLinks
      .all(0)
      .flatMap((link) => linked(instance, request, { link, here }));
    return paginate(rows, { request, reply });
  });
  app.post(path, async (request, reply) => {
    writeProject(instance, request);
    const { project, issue } = findIssue(instance, request);
    const { target_project_id, target_issue_iid, link_type } = newLink.parse(sent(request));
    const target = issueAt(instance, request, { project: target_project_id, iid: target_issue_iid });
    if (target === undefined) throw notFound();
    const source: End = { project_id: project.id, iid: issue.iid };
    const end: End = { project_id: target.project.id, iid: target.issue.iid };
    if (instance.tables.issueLinks.all(0).some((link) => joins(link, source, end)))
      throw conflict('Issue(s) already assigned');
    const id = instance.store.next('issue_link');
    const at = instant();
    instance.tables.issueLinks.put(0, id, { id, source, target: end, link_type, created_at: at });
    return reply.status(201).send({
      source_issue: presentBasicIssue(instance, project, issue),
      target_issue: presentBasicIssue(instance, target.project, target.issue),
      link_type,
    });
  });
  app.delete(`${path}/:link`, async (request) => {
    writeProject(instance, request);
    const { project, issue } = findIssue(instance, request);
    const link = instance.tables.issueLinks.get(0, numberIn(request, 'link'));
    const here: End = { project_id: project.id, iid: issue.iid };
    if (link === undefined || !(same(link.source, here) || same(link.target, here))) throw notFound();
    const [source, target] = [link.source, link.target].map(({ project_id, iid }) =>
      issueAt(instance, request, { project: String(project_id), iid }),
    );
    if (source === undefined || target === undefined) throw notFound();
    instance.tables.issueLinks.remove(0, link.id);
    return {
      source_issue: presentBasicIssue(instance, source.project, source.issue),
      target_issue: presentBasicIssue(instance, target.project, target.issue),
      link_type: link.link_type,
    };
  });
}

/** The issue at the other end, told from this one; nothing where the asker may not see it. */
function linked(
  instance: Instance,
  request: FastifyRequest,
  { link, here }: { readonly link: IssueLink; readonly here: End },
): readonly object[] {
  const isSource = same(link.source, here);
  if (!isSource && !same(link.target, here)) return [];
  const other = isSource ? link.target : link.source;
  const found = issueAt(instance, request, { project: String(other.project_id), iid: other.iid });
  if (found === undefined) return [];
  return [
    {
      ...presentIssue(instance, found.project, found.issue),
      issue_link_id: link.id,
      link_type: isSource ? link.link_type : INVERSE[link.link_type],
      link_created_at: link.created_at,
      link_updated_at: link.created_at,
    },
  ];
}

function issueAt(
  instance: Instance,
  request: FastifyRequest,
  at: { readonly project: string; readonly iid: number },
): { readonly project: Project; readonly issue: Issue } | undefined {
  const project = findProject(instance, at.project);
  if (project === undefined) return undefined;
  const issue = instance.tables.issues.get(project.id, at.iid);
  const user = userOf(instance, request.headers);
  return issue !== undefined && maySeeIssue({ project, issue, user }) ? { project, issue } : undefined;
}

function same(one: End, other: End): boolean {
  return one.project_id === other.project_id && one.iid === other.iid;
}

function joins({ source, target }: IssueLink, one: End, other: End): boolean {
  return (same(source, one) && same(target, other)) || (same(source, other) && same(target, one));
}
