import { z } from 'zod';
import { writeProject } from '../access';
import type { Project, User } from '../entities';
import type { GitRepository } from '../git-repository';
import type { Instance } from '../instance';
import { advanceBranch, commitTree, identityOf } from '../merging';
import { parameter, sent } from '../parameters';
import { identityKept, pickedTree, type PickProblem } from '../picking';
import { mayPush } from '../protections';
import { noticePushes } from '../pushes';
import { forbidden, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';
import { presentCommit, type Commit } from './commit-entity';

const wanted = z.object({
  branch: z.string().min(1),
  dry_run: flag.default(false),
  message: z.string().exactOptional(),
});

const WORDS = {
  cherry_pick: { verb: 'cherry-pick', done: 'cherry-picked' },
  revert: { verb: 'revert', done: 'reverted' },
} as const;

type Way = keyof typeof WORDS;

/** Carries a commit over to another branch, or takes it back. */
export function commitPickRoutes({ app, instance }: Api): void {
  for (const way of ['cherry_pick', 'revert'] as const) {
    app.post(`/api/v4/projects/:id/repository/commits/:sha/${way}`, async (request, reply) => {
      const { project, user } = writeProject(instance, request);
      const asked = wanted.parse(sent(request));
      const repository = instance.repository(project);
      const sha = await repository.resolve(parameter(request, 'sha'));
      if (sha === undefined) throw notFound('Commit');
      if ((await repository.resolve(`refs/heads/${asked.branch}`)) === undefined) throw notFound('Branch');
      const protections = instance.tables.protectedBranches.all(project.id);
      if (!mayPush(protections, { name: asked.branch, user })) throw forbidden();
      const pick: Pick = { way, user, original: await presentCommit(instance, project, sha), ...asked };
      if (asked.dry_run) {
        await pickOnto(repository, pick, `refs/heads/${asked.branch}`);
        return reply.status(200).send({ dry_run: 'success' });
      }
      return reply.status(201).send(await carryOut(instance, project, pick));
    });
  }
}

interface Pick {
  readonly way: Way;
  readonly original: Commit;
  readonly user: User;
  readonly branch: string;
  readonly message?: string;
}

async function carryOut(instance: Instance, project: Project, pick: Pick): Promise<Commit> {
  const repository = instance.repository(project);
  const made = await advanceBranch(repository, pick.branch, async (head) => {
    const tree = await pickOnto(repository, pick, head);
    const identity =
      pick.way === 'revert'
        ? identityOf(pick.user)
        : await identityKept(repository, pick.original.id, pick.user);
    return commitTree(repository, {
      tree,
      parents: [head],
      message: pick.message ?? messageOf(pick),
      identity,
    });
  });
  if (made === undefined) throw notFound('Branch');
  await noticePushes(instance, { project, userId: pick.user.id, only: [`refs/heads/${pick.branch}`] });
  return presentCommit(instance, project, made);
}

/** A merge is carried over, or taken back, as its target saw it. @throws Refusal 400 */
async function pickOnto(repository: GitRepository, { way, original }: Pick, onto: string): Promise<string> {
  const parent = original.parent_ids[0] ?? (await emptyCommit(repository));
  const [from, to] = way === 'revert' ? [original.id, parent] : [parent, original.id];
  const picked = await pickedTree(repository, { from, to, onto });
  if ('problem' in picked) throw refusal(way, picked.problem);
  return picked.tree;
}

async function emptyCommit(repository: GitRepository): Promise<string> {
  const tree = (await repository.gitWithInput(['mktree'], '')).trim();
  const identity = {
    GIT_AUTHOR_NAME: '-',
    GIT_AUTHOR_EMAIL: '-',
    GIT_COMMITTER_NAME: '-',
    GIT_COMMITTER_EMAIL: '-',
  };
  return commitTree(repository, { tree, parents: [], message: '', identity });
}

function messageOf({ way, original: { title, message, id, parent_ids: parents } }: Pick): string {
  if (way === 'cherry_pick') return `${message.trim()}\n\n(cherry picked from commit ${id})`;
  return `Revert "${title}"\n\nThis reverts ${parents.length > 1 ? 'merge request' : 'commit'} ${id}`;
}

function refusal(way: Way, problem: PickProblem): Refusal {
  const { verb, done } = WORDS[way];
  return new Refusal(400, {
    message: `Sorry, we cannot ${verb} this commit automatically. This commit may already have been ${done}, or a more recent commit may have updated some of its content.`,
    error_code: problem,
  });
}
