import { countsItself } from '../domain/project';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import { projectsInOrder } from './release-settings';
import type { Configuration } from './schema';

/** What the mirror of each project is started with. */
export function mirrorSettings(
  configuration: Configuration,
  {
    gatewayKeys,
  }: {
    /** Ed25519 public keys (hex) of the gateways that may bring decisions. */
    readonly gatewayKeys: readonly string[];
  },
): readonly MirrorSettings[] {
  const projects = projectsInOrder(configuration);
  return projects.map((project) => ({
    project,
    // A product of one project has no line beside its own.
    line: countsItself(project, projects) ? project.name : 'product',
    lookEveryMs: configuration.mirrors.lookEvery,
    gatewayKeys: [...gatewayKeys],
  }));
}
