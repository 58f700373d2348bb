import type { Project } from '../../domain/project';
import type { MirrorTask } from '../../domain/mirror/mirror-status';
import type { Outside } from '../outside';

/** The most private repository of a project: what differs may not be public. */
export function taskRepository({ repositories: { canonical, security, build } }: Project): string {
  return security === canonical ? build : security;
}

export function taskAt(
  { gitlab }: Outside,
  { project, issue }: { readonly project: Project; readonly issue: number },
): MirrorTask {
  return { issue, url: `${gitlab.url}/${taskRepository(project)}/-/issues/${issue}` };
}
