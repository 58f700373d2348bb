import type { Project } from '../domain/project';
import type { ReleaseSettings } from '../domain/release/release';
import type { Records } from '../records/records';
import type { Mirror } from './git/mirror';
import type { GitLab } from './gitlab/gitlab';
import { permanent } from './errors';

/** What the effects reach out to. */
export interface Outside {
  readonly records: Records;
  readonly gitlab: GitLab;
  readonly mirrorOf: (project: Project) => Mirror;
}

/** The project that speaks for the product: the last in dependency order. */
export function leadProject(settings: ReleaseSettings): Project {
  const last = settings.projects.at(-1);
  if (last !== undefined) return last;
  throw permanent('ConfigurationError', {
    where: 'signalbox.yaml projects',
    what: 'there are none',
    remedy: 'Name at least one project',
  });
}

export function projectNamed(settings: ReleaseSettings, name: string): Project {
  const found = settings.projects.find((project) => project.name === name);
  if (found !== undefined) return found;
  throw permanent('BugInUs', {
    where: name,
    what: 'no such project in the frozen settings',
    remedy: 'Report it',
  });
}
