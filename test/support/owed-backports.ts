import type { BackportNews } from '../../domain/backport/backport-state';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';

type Backports = Pick<Records, 'backports'>;

/** Of a bug whose mend 18.6 owes; in no repository. @returns the merge request that brings it there */
export async function aMergedBackport(records: Backports, iid: number): Promise<number> {
  const mergeRequest = { iid: iid + 1_000, url: 'https://gitlab.test' };
  await aBackport(records, iid, { found: 'merged', mergeRequest });
  return mergeRequest.iid;
}

/** As above, and somebody has said that it needs none. */
export function aDeclinedBackport(records: Backports, iid: number): Promise<void> {
  return aBackport(records, iid, { found: 'declined', by: 'rosa', reason: 'Too risky.' });
}

async function aBackport({ backports }: Backports, iid: number, news: BackportNews): Promise<void> {
  const fix = { project: 'gitlab', iid, title: 'A change', author: 'erik', kind: 'bug' } as const;
  const owed = [{ minor: '18.6', branch: '18-6-stable', sentence: 'It is owed.' }];
  await backports.owe({ fix, owed, actor: ENGINE });
  const at = { project: fix.project, iid, minor: '18.6', actor: ENGINE };
  await backports.tell({ ...at, news, sentence: `It is ${news.found}.` });
}
