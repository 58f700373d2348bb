import type { BackportSettings } from '../domain/backport/backport-status';
import { PROCESS_REVISION } from '../domain/release/process-revision';
import { projectsInOrder } from './release-settings';
import type { Configuration } from './schema';

/** What backports of each project are started with. */
export function backportSettings(
  configuration: Configuration,
  {
    gatewayKeys,
  }: {
    /** Ed25519 public keys (hex) of the gateways that may bring decisions. */
    readonly gatewayKeys: readonly string[];
  },
): readonly BackportSettings[] {
  const { label, minorLabel, kinds, teamPrefix, lookEvery, decliners } = configuration.backports;
  return projectsInOrder(configuration).map((project) => ({
    project,
    labels: { all: label, kinds, teamPrefix, ...(minorLabel === undefined ? {} : { minor: minorLabel }) },
    policies: configuration.maintenance,
    pipelineRetries: configuration.pipelines.retries,
    lookEveryMs: lookEvery,
    decliners,
    processRevision: PROCESS_REVISION,
    gatewayKeys: [...gatewayKeys],
  }));
}
