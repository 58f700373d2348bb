import type { CalendarNotice } from '../calendar/compare-schedules';
import type { FoundNotice } from '../calendar/keeper-status';
import type { CalendarRevision } from '../calendar/published-calendar';
import { milestoneName } from '../calendar/starting';
import { dueText, type Advice } from './advice';
import type { CalendarAdvice } from './advise';

/**
 * What of an advice asks for a person, one notice for each thing to be done. It is for those who may know of the fixes that the advice
 * is about. A notice dates from the newest of what it follows from: the fix, or the last revision of the calendar.
 */
export function plannerNotices(
  { advice, moves }: CalendarAdvice,
  revisions: readonly Pick<CalendarRevision, 'madeAt'>[],
): readonly FoundNotice[] {
  const revisedAt = revisions.at(-1)?.madeAt ?? '';
  const dated = (notice: CalendarNotice, fixes: readonly Advice[]): FoundNotice => ({
    ...notice,
    at: [revisedAt, ...fixes.map(({ since }) => since)].toSorted().at(-1) ?? revisedAt,
  });
  const asks = moves.filter(({ beyond }) => beyond.length > 0);
  const pulls = asks.flatMap(({ release, day, beyond, command }) => {
    const fixes = advice.filter((one) => one.verdict === 'pull_forward' && one.release === release);
    const notice = {
      about: milestoneName({ release, milestone: 'published' }),
      what: `it has to come forward to ${day}, or a deadline is missed`,
      why: `${fixes.map(dueText).join(', ')}; you are asked, for ${beyond.join(', ')}`,
      how: `Run \`${command}\``,
    };
    return [dated(notice, fixes)];
  });
  const others = advice.filter(
    ({ verdict, askedUnder }) =>
      askedUnder === undefined && (verdict === 'critical_patch' || verdict === 'warn'),
  );
  return [...pulls, ...others.map((one) => dated(fixNotice(one), [one]))];
}

function fixNotice({ id, kind, verdict, sentence, whoActs = '', command = '' }: Advice): CalendarNotice {
  if (kind === 'error_budget')
    return {
      about: id,
      what: 'deadlines are at risk, and no more may be missed',
      why: clause(sentence),
      how: `Decide on each of them: \`signalbox calendar advise\` says who acts, \`${command}\` how much is left`,
    };
  if (kind === 'time_to_production' || kind === 'blocked_hours')
    return {
      about: id,
      what: 'a date is at risk',
      why: clause(sentence),
      how: `${whoActs} acts: see \`${command}\``,
    };
  const isOwn = verdict === 'critical_patch';
  return {
    about: id,
    what: isOwn ? 'it needs a patch of its own' : 'its deadline is at risk',
    why: clause(sentence),
    how: isOwn ? `Run \`${command}\`` : `${whoActs} acts: see \`${command}\``,
  };
}

function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
