import type { BackportStanding, FixBackports } from '../backport/backport-status';
import type { Verdict } from '../verdict';
import { carriedCell, type BoardedFix, type Carrier, type FixCell, type FixState } from './fix-board';

/** A public change with its backports, as everybody may see them. */
export function backportFix(
  change: FixBackports,
  /** Versions that have the backport of a minor. */
  carriersOf: (standing: BackportStanding) => readonly Carrier[],
): BoardedFix {
  const { project, iid, kind, title, author } = change;
  const cells = change.backports.map((standing): FixCell => {
    const carrier = carriersOf(standing).at(-1);
    const cell = carrier === undefined ? standingCell(standing, author) : carriedCell(carrier);
    return { project, minor: standing.minor, ...cell };
  });
  return { id: `${project}!${iid}`, kind, title, owner: author, cells };
}

function standingCell(
  { state, sentence, minor }: BackportStanding,
  author: string,
): Pick<FixCell, 'state' | 'verdict'> {
  const told = (to: FixState, verdict: Omit<Verdict, 'evidence'>): Pick<FixCell, 'state' | 'verdict'> => ({
    state: to,
    verdict: { ...verdict, evidence: [{ label: 'backport', value: state.state }] },
  });
  if (state.state === 'owed') return told('missing', { verdict: 'wait', sentence });
  if (state.state === 'proposed' || state.state === 'checked')
    return told('waits_for_approval', { verdict: 'wait', sentence, whoActs: 'maintainer' });
  if (state.state === 'conflicted') return told('conflict', { verdict: 'fail', sentence, whoActs: author });
  if (state.state !== 'merged') return told('not_needed', { verdict: 'pass', sentence });
  const ready = `It is merged: the next patch of ${minor} that closes takes it.`;
  return told('ready', { verdict: 'pass', sentence: ready });
}
