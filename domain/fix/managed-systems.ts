import type { CandidatePolicy } from '../release/release';

/** An environment, as GitLab knows it. */
export interface KnownEnvironment {
  readonly name: string;
  /** GitLab's deployment tier; absent where it was never told. */
  readonly tier?: string | null | undefined;
}

/** Tiers of what others rely on; what is deployed elsewhere exposes nobody. */
const MANAGED_TIERS = ['production', 'staging'];

/**
 * Whether people rely on what runs there. In the environment that records post-deploy migrations, `db/gprd`, nothing runs; nor beside
 * it in its folder, unless the candidate does.
 */
export function isManagedSystem({ name, tier }: KnownEnvironment, candidate: CandidatePolicy): boolean {
  if (!MANAGED_TIERS.includes(tier ?? '')) return false;
  if (candidate.from !== 'environment' || candidate.migrations === undefined) return true;
  const { environment, migrations } = candidate;
  const folder = migrations.slice(0, migrations.lastIndexOf('/') + 1);
  const isOfMigrationsAlone = folder !== '' && !environment.startsWith(folder);
  return isOfMigrationsAlone ? !name.startsWith(folder) : name !== migrations;
}
