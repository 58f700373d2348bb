import type { CalendarNotice } from '../../../domain/calendar/compare-schedules';
import { afterLook, keeperDetails, NOTHING_SEEN } from '../../../domain/calendar/keeper-status';

const NOTICE: CalendarNotice = {
  about: 'calendar:monthly:18.7.announced',
  what: 'its Schedule was paused by hand, and nothing starts by itself at its time',
  why: 'The data centre is on fire.',
  how: 'Unpause it',
};
const NEXT = [{ release: 'monthly:18.7', milestone: 'announced', at: '2026-12-10T13:00:00Z' }] as const;

function look(minute: number, notices: readonly CalendarNotice[]) {
  return { at: `2026-12-01T12:0${minute}:00Z`, next: NEXT, notices };
}

describe('what the keeper of the calendar knows', () => {
  it('says since when something has stood', () => {
    const first = afterLook(NOTHING_SEEN, look(1, [NOTICE]));

    const second = afterLook(first, look(2, [NOTICE]));

    expect(second.lookedAt).toBe('2026-12-01T12:02:00Z');
    expect(second.notices).toEqual([{ ...NOTICE, at: '2026-12-01T12:01:00Z' }]);
    expect(second.over).toEqual([]);
  });

  it('remembers what is over, the newest of it first', () => {
    const other = { ...NOTICE, about: 'calendar:monthly:18.8.announced' };
    const first = afterLook(NOTHING_SEEN, look(1, [NOTICE, other]));
    const second = afterLook(first, look(2, [other]));

    const third = afterLook(second, look(3, []));

    expect(third.notices).toEqual([]);
    expect(third.over.map(({ about }) => about)).toEqual([other.about, NOTICE.about]);
  });

  it('remembers twenty of them', () => {
    const notices = Array.from({ length: 25 }, (_, index) => ({ ...NOTICE, about: `calendar:${index}` }));

    const status = afterLook(afterLook(NOTHING_SEEN, look(1, notices)), look(2, []));

    expect(status.over).toHaveLength(20);
  });

  it('takes a look that succeeded for the end of not knowing', () => {
    const status = afterLook({ ...NOTHING_SEEN, unknown: 'The records do not answer.' }, look(1, []));

    expect(status.unknown).toBeUndefined();
  });

  it('is told on the page of the engine', () => {
    const details = keeperDetails(afterLook(NOTHING_SEEN, look(1, [NOTICE])));

    expect(details).toContain('as of 2026-12-01T12:01:00Z');
    expect(details).toContain(`- **${NOTICE.about}**: ${NOTICE.what} (${NOTICE.why}). ${NOTICE.how}.`);
    expect(details).toContain('- 2026-12-10T13:00:00Z monthly:18.7 announced');
  });

  it('is not told as known where the last look has failed', () => {
    const known = afterLook(NOTHING_SEEN, look(1, []));

    const details = keeperDetails({ ...known, unknown: 'The records do not answer.' });

    expect(details.split('\n')[0]).toBe('Unknown since 2026-12-01T12:01:00Z: The records do not answer.');
  });
});
