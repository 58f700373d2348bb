import { dependencyOrder } from '../domain/dependency-order';
import { PROCESS_REVISION } from '../domain/release/process-revision';
import type { ReleaseKind } from '../domain/release/milestones';
import type { Project } from '../domain/project';
import type { ReleaseSettings } from '../domain/release/release';
import type { Configuration } from './schema';

/** The rules that a release is started with. Limits are those of `kind`, where it has its own. */
export function releaseSettings(
  configuration: Configuration,
  input: {
    /** Ed25519 public keys (hex) of the gateways that may bring decisions. */
    readonly gatewayKeys: readonly string[];
    readonly kind?: ReleaseKind;
  },
): ReleaseSettings {
  const { approvals, candidate, disclosure, holds, maintenance, pipelines, product, rehearsal } =
    configuration;
  const limits = input.kind === undefined ? {} : (pipelines.byKind[input.kind] ?? {});
  return {
    processRevision: PROCESS_REVISION,
    product: product.name,
    projects: projectsInOrder(configuration),
    candidate,
    maintenance,
    approvals: approvals.map(({ remindAfter, ...approval }) => ({ ...approval, remindAfterMs: remindAfter })),
    ...(rehearsal.signedBy.length === 0 ? {} : { rehearsal: { roles: rehearsal.signedBy } }),
    ...systemSettings(disclosure),
    pipelineRetries: limits.retries ?? pipelines.retries,
    pipelineTimeoutMs: limits.timeout ?? pipelines.timeout,
    holdExpiryMs: holds.expiry,
    onHoldExpiry: holds.onExpiry,
    gatewayKeys: [...input.gatewayKeys],
    ...internalSettings(configuration),
  };
}

function systemSettings({
  managedSystems,
  exceptions,
}: Configuration['disclosure']): Pick<ReleaseSettings, 'managedSystems' | 'systemExceptions'> {
  if (managedSystems.length === 0) return {};
  if (exceptions.length === 0) return { managedSystems };
  const systemExceptions = exceptions.map((one) => ({ ...one, until: new Date(one.until).toISOString() }));
  return { managedSystems, systemExceptions };
}

function internalSettings({ internal }: Configuration): Pick<ReleaseSettings, 'internal'> {
  if (internal === undefined) return {};
  const { acknowledgeWithin, remindAfter, lookEvery, ...named } = internal;
  const durations = {
    acknowledgeWithinMs: acknowledgeWithin,
    remindAfterMs: remindAfter,
    lookEveryMs: lookEvery,
  };
  return { internal: { ...named, ...durations } };
}

/** The projects, dependencies first. */
export function projectsInOrder({ projects }: Configuration): readonly Project[] {
  return dependencyOrder<Project>(projects);
}
