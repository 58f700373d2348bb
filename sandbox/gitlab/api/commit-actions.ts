import { z } from 'zod';
import { writeProject } from '../access';
import { readTree, writeTree, type Tree } from '../git-tree';
import { ZERO_SHA, type GitRepository } from '../git-repository';
import { commitTree, identityOf } from '../merging';
import { sent } from '../parameters';
import { mayPush } from '../protections';
import { noticePushes } from '../pushes';
import { badRequest, forbidden } from '../refusal';
import type { Api } from '../server';
import { presentCommit } from './commit-entity';
import { flag } from './fields';

const action = z.object({
  action: z.enum(['create', 'update', 'delete', 'move', 'chmod']),
  file_path: z.string().min(1),
  previous_path: z.string().exactOptional(),
  content: z.string().exactOptional(),
  encoding: z.enum(['text', 'base64']).default('text'),
  last_commit_id: z.string().exactOptional(),
  execute_filemode: flag.exactOptional(),
});
const newCommit = z.object({
  branch: z.string().min(1),
  commit_message: z.string().min(1),
  actions: z.array(action),
  start_branch: z.string().exactOptional(),
  start_sha: z.string().exactOptional(),
  author_name: z.string().exactOptional(),
  author_email: z.string().exactOptional(),
  force: flag.default(false),
});

type Action = z.infer<typeof action>;
type Wanted = z.infer<typeof newCommit>;

/** Commits made of file actions, all of them or none. */
export function commitActionRoutes({ app, instance }: Api): void {
  app.post('/api/v4/projects/:id/repository/commits', async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newCommit.parse(sent(request));
    const protections = instance.tables.protectedBranches.all(project.id);
    if (!mayPush(protections, { name: wanted.branch, user })) throw forbidden();
    const repository = instance.repository(project);
    const { parent, head } = await whereTo(repository, wanted);
    const tree = await treeWith(repository, { parent, actions: wanted.actions });
    const by = identityOf(user);
    const commit = await commitTree(repository, {
      tree,
      parents: parent === undefined ? [] : [parent],
      message: wanted.commit_message,
      identity: {
        ...by,
        ...(wanted.author_name === undefined ? {} : { GIT_AUTHOR_NAME: wanted.author_name }),
        ...(wanted.author_email === undefined ? {} : { GIT_AUTHOR_EMAIL: wanted.author_email }),
      },
    });
    if (!(await repository.tryUpdateRef(`refs/heads/${wanted.branch}`, commit, head ?? ZERO_SHA)))
      throw badRequest('Could not update branch. Please try again');
    await noticePushes(instance, { project, userId: user.id, only: [`refs/heads/${wanted.branch}`] });
    return reply.status(201).send(await presentCommit(instance, project, commit));
  });
}

/** What the commit is made on, and what the branch must still be when it is moved. @throws Refusal 400 */
async function whereTo(
  repository: GitRepository,
  { branch, start_branch: startBranch, start_sha: startSha, force }: Wanted,
): Promise<{ readonly parent: string | undefined; readonly head: string | undefined }> {
  const head = await repository.resolve(`refs/heads/${branch}`);
  const start = startSha ?? (startBranch === undefined ? undefined : `refs/heads/${startBranch}`);
  if (start === undefined) {
    if (head === undefined && (await repository.refs('refs/heads/')).length > 0)
      throw badRequest('You can only create or edit files when you are on a branch');
    return { parent: head, head };
  }
  if (head !== undefined && startBranch !== branch && !force)
    throw badRequest(
      `A branch called '${branch}' already exists. Switch to that branch in order to make changes`,
    );
  const parent = await repository.resolve(start);
  if (parent === undefined) throw badRequest(`Cannot find ${startSha ?? startBranch ?? ''}`);
  return { parent, head };
}

async function treeWith(
  repository: GitRepository,
  { parent, actions }: { readonly parent: string | undefined; readonly actions: readonly Action[] },
): Promise<string> {
  const tree = parent === undefined ? new Map() : await readTree(repository, parent);
  for (const one of actions) await apply(repository, tree, { parent, ...one });
  return writeTree(repository, tree);
}

async function apply(
  repository: GitRepository,
  tree: Tree,
  one: Action & { readonly parent: string | undefined },
): Promise<void> {
  if (
    one.file_path.split('/').some((part) => part === '' || part === '.' || part === '..' || part === '.git')
  )
    throw badRequest('invalid path');
  const from = one.action === 'move' ? (one.previous_path ?? one.file_path) : one.file_path;
  const there = tree.get(from);
  if (one.action === 'create' || (one.action === 'move' && from !== one.file_path))
    refuseTaken(tree, one.file_path);
  if (one.action !== 'create' && there === undefined) throw badRequest("A file with this name doesn't exist");
  if (one.last_commit_id !== undefined) await refuseChanged(repository, from, one);
  if (one.action === 'delete' || one.action === 'move') tree.delete(from);
  if (one.action === 'delete') return;
  const keeps = one.content === undefined && one.action !== 'create' && one.action !== 'update';
  const object = keeps ? (there?.object ?? '') : await repository.writeBlob(contentOf(one));
  const mode = there?.mode ?? '100644';
  const executable = one.execute_filemode === undefined ? mode : one.execute_filemode ? '100755' : '100644';
  tree.set(one.file_path, { mode: executable, object });
}

function contentOf({ content = '', encoding }: Action): Buffer {
  return Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
}

function refuseTaken(tree: Tree, path: string): void {
  const folders = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
  if (tree.has(path) || folders.some((folder) => tree.has(folder)))
    throw badRequest('A file with this name already exists');
  if ([...tree.keys()].some((other) => other.startsWith(`${path}/`)))
    throw badRequest('A directory with this name already exists');
}

async function refuseChanged(
  repository: GitRepository,
  path: string,
  { parent, last_commit_id: last }: { readonly parent: string | undefined; readonly last_commit_id?: string },
): Promise<void> {
  const found =
    parent === undefined ? '' : await repository.git(['log', '-1', '--format=%H', parent, '--', path]);
  if (found.trim() !== last)
    throw badRequest('You are attempting to update a file that has changed since you started editing it.');
}
