import { firstAudience, topicBranchOf } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';

/** The fix of a test that needs one. */
export const FIX = 'embargo:k3v9x0q2ab';
/** Of whom it is. */
export const OWNER = 'ada';

const CHANGE = { embargo: FIX, actor: ENGINE, reason: 'planted' };

/** What the records know of a fix that is reported, in no repository. */
export async function anOpenFix({ embargoes }: Records, lines: readonly string[]): Promise<void> {
  await embargoes.open({
    ...CHANGE,
    key: 'open',
    title: 'Tokens can be guessed',
    owner: OWNER,
    severity: 'S1',
    affects: lines.map((line) => ({ line, evidence: 'tried' })),
    audience: firstAudience({ owner: OWNER, reviewers: [], operators: [], now: new Date().toISOString() }),
  });
}

/** As above, written on each line by the same commit, which nobody has. */
export async function aWrittenFix(records: Records, lines: readonly string[]): Promise<void> {
  await anOpenFix(records, lines);
  for (const line of lines) {
    await records.embargoes.registerTopic({
      ...CHANGE,
      key: `topic ${line}`,
      topic: { project: 'gitaly', line, branch: topicBranchOf(FIX, line), head: 'a'.repeat(40) },
      objects: [],
      fingerprints: [],
      making: 'none',
    });
  }
}

/** As above, and sealed. */
export async function aSealedFix(records: Records, lines: readonly string[]): Promise<void> {
  await aWrittenFix(records, lines);
  await seal(records, FIX);
}

/** AppSec says that managed systems have it, and that it may go out. */
export async function seal({ embargoes }: Records, embargo: string): Promise<void> {
  const change = { embargo, actor: ENGINE, reason: 'planted' };
  await embargoes.move({ ...change, key: 'fixed', from: 'opened', to: 'fixed_on_managed_systems' });
  await embargoes.move({ ...change, key: 'sealed', from: 'fixed_on_managed_systems', to: 'sealed' });
}
