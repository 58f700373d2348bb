import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { ExplainedError } from '../domain/explained-error';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that every Unix has and that own nothing worth having. */
const LENT_ACCOUNTS = ['nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root lends it an account. Files that are there already keep their owner.
 * @param folder what the server would own, where it exists
 * @returns undefined when the caller is not root: its own account will do
 */
export function serverAccount(folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of LENT_ACCOUNTS) {
    const account = accountNamed(name);
    if (account !== undefined) return account;
  }
  throw new ExplainedError({
    where: 'PostgreSQL',
    what: `it refuses to run as root, and none of the accounts ${LENT_ACCOUNTS.join(', ')} exists`,
    remedy: 'Run as another user, or set DATABASE_URL to a server that runs already',
  });
}

function accountNamed(name: string): Account | undefined {
  try {
    return { uid: numberOf(['-u', name]), gid: numberOf(['-g', name]) };
  } catch {
    return undefined;
  }
}

function numberOf(query: readonly string[]): number {
  const answer = execFileSync('id', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // macOS shows the uid of nobody as -2; the kernel wants it unsigned.
  return Number(answer.trim()) >>> 0;
}

/** Whether the account can enter the folder: every folder above it has to let it pass. */
export function canEnter(account: Account | undefined, folder: string): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { cwd: '/', stdio: 'ignore', ...account });
  return probe.status === 0;
}
