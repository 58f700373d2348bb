/** An environment, as GitLab knows it. */
export interface KnownEnvironment {
  readonly name: string;
  /** GitLab's deployment tier; absent where it was never told. */
  readonly tier?: string | null | undefined;
}

/** Tiers of what others rely on; what is deployed elsewhere exposes nobody. */
const MANAGED_TIERS = ['production', 'staging'];

/**
 * Whether people rely on what runs there.
 * @param migrations environment that records post-deploy migrations, `db/gprd`: nothing runs in it nor beside it in its folder
 */
export function isManagedSystem({ name, tier }: KnownEnvironment, migrations?: string): boolean {
  if (!MANAGED_TIERS.includes(tier ?? '')) return false;
  if (migrations === undefined) return true;
  const folder = migrations.slice(0, migrations.lastIndexOf('/') + 1);
  return folder === '' ? name !== migrations : !name.startsWith(folder);
}
