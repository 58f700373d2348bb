import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GitRefusal } from '../gitlab/git-repository';
import { createProject, findProject, type Instance } from '../gitlab/instance';
import { forgetNews } from '../gitlab/pushes';
import { badRequest } from '../gitlab/refusal';
import { addHook, BACKPORTS, PUSHES, type HookTarget } from './apply';

const run = promisify(execFile);

export interface ImportRequest {
  /** Folder of any git repository on this machine. */
  readonly path: string;
  /** `group/project` */
  readonly as: string;
  readonly hook: HookTarget | undefined;
}

/** Takes in a repository with its branches and tags. Its pipelines stay off: they were not written for this machine. @throws Refusal */
export async function importRepository(
  instance: Instance,
  { path, as, hook }: ImportRequest,
): Promise<{ readonly defaultBranch: string }> {
  if (!/^[\w.-]+(\/[\w.-]+)+$/.test(as)) throw badRequest(`${as} is no path such as group/project`);
  if (findProject(instance, as) !== undefined) throw badRequest(`${as} exists already`);
  const head = await run('git', ['-C', path, 'symbolic-ref', '--short', 'HEAD']).catch(() => {
    throw badRequest(`${path} is no git repository with a branch checked out`);
  });
  const defaultBranch = head.stdout.trim();
  const project = await createProject(instance, {
    path: as,
    visibility: 'public',
    defaultBranch,
    buildsEnabled: false,
  });
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  // Whose repositories git may read here is for the owner's own settings to say.
  const settings = process.env['GIT_CONFIG_GLOBAL'] ?? join(homedir(), '.gitconfig');
  await instance
    .repository(project)
    .git(['fetch', '--quiet', '--no-write-fetch-head', path, ...refs], { GIT_CONFIG_GLOBAL: settings })
    .catch((error: unknown) => {
      instance.tables.projects.remove(0, project.id);
      throw badRequest(error instanceof GitRefusal ? error.message : String(error));
    });
  await forgetNews(instance, project);
  if (hook !== undefined) addHook(instance, project, { ...hook, events: [...PUSHES, ...BACKPORTS] });
  return { defaultBranch };
}
