import { FORETOLD_SOLVED, foretoldPrefix } from '../../domain/embargo/foretold-conflict';
import { REVERT_OVER, revertedPrefix, revertedTask } from '../../domain/fix/reverted-fix';
import type { Project } from '../../domain/project';
import { foretellConflicts } from '../git/foretell-conflicts';
import { lookForReverts } from '../git/look-for-reverts';
import type { MirrorEffects } from '../mirror-effects';
import type { Outside } from '../outside';
import { keepTasks } from './keyed-tasks';

type Input = Parameters<MirrorEffects['tellOwners']>[0];

/**
 * Issues on the security side: one for each conflict that is coming, to whoever owns the fix, and one for each disclosed fix that
 * a branch has lost. Each closes once it was looked at and is over. Whoever made the public change hears nothing. A project with one
 * repository has no fix under embargo.
 */
export async function tellOwners(
  outside: Outside,
  { project }: Input,
): ReturnType<MirrorEffects['tellOwners']> {
  const { security, canonical } = project.repositories;
  if (security === canonical) return { at: new Date().toISOString() };
  const told = await Promise.allSettled([tellOfConflicts(outside, project), tellOfReverts(outside, project)]);
  for (const one of told) if (one.status === 'rejected') throw one.reason;
  return { at: new Date().toISOString() };
}

async function tellOfConflicts(outside: Outside, project: Project): Promise<void> {
  const { tasks, untried, untriedTopics } = await foretellConflicts(outside, project);
  await keepTasks(outside, {
    project: project.repositories.security,
    prefix: foretoldPrefix(project.name),
    tasks,
    kept: { keys: untried, prefixes: untriedTopics },
    over: FORETOLD_SOLVED,
  });
}

async function tellOfReverts(outside: Outside, project: Project): Promise<void> {
  const reverts = await lookForReverts(outside, project);
  await keepTasks(outside, {
    project: project.repositories.security,
    prefix: revertedPrefix(project.name),
    tasks: reverts.map(({ revert, words }) => revertedTask(revert, words)),
    over: REVERT_OVER,
  });
}
