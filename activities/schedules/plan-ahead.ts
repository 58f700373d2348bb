import { calendarTime } from '../../domain/calendar/compressed-time';
import { moving } from '../../domain/calendar/revise-calendar';
import type { ProposedMove } from '../../domain/planning/advise';
import { PLANNER, PLANNER_REASON, plannerKey } from '../../domain/planning/planner';
import { readAdvice } from '../../records/calendar-advice';
import { RecordsConflict } from '../../records/database';
import type { PlannedAhead } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';

type Planning = Pick<CalendarOutside, 'records' | 'planning'>;

/** Move by move, each judged by the calendar as it is then. Whoever revises it meanwhile comes first: the next look judges again. */
export async function planAhead(outside: Planning): Promise<PlannedAhead> {
  const moved: string[] = [];
  try {
    for (let move = await pullNext(outside); move !== undefined; move = await pullNext(outside))
      moved.push(move.release);
  } catch (error) {
    if (!(error instanceof RecordsConflict)) throw error;
  }
  return { at: new Date().toISOString(), moved };
}

/** The first move that nobody has to be asked about, made. */
async function pullNext({ records, planning }: Planning): Promise<ProposedMove | undefined> {
  const { rules, ...policy } = planning;
  const now = calendarTime(Date.now(), policy.compressed);
  const asked = { policy, rules, now, mayRead: () => true, isPendingOnly: true };
  const { advised, calendar, revisions } = await readAdvice(records, asked);
  const move = advised.moves.find(({ beyond }) => beyond.length === 0);
  if (move === undefined) return undefined;
  const { release, day } = move;
  const wanted = { kind: 'move', release, milestone: 'published', day, reason: PLANNER_REASON } as const;
  const revising = moving(calendar, wanted);
  if ('refused' in revising) return undefined;
  const number = revisions.length + 1;
  const made = await records.calendar.revise({
    number,
    requestKey: plannerKey(move),
    wanted,
    kind: 'move',
    entries: revising.entries,
    by: PLANNER,
    reason: PLANNER_REASON,
  });
  // Made before and undone since: it is not made again.
  return made.number === number ? move : undefined;
}
