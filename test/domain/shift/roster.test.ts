import { array, assert, integer, property, record } from 'fast-check';
import { shiftCalendar } from '../../../domain/shift/shift-calendar';
import { revisingRoster, type WantedShift } from '../../../domain/shift/revise-roster';
import { isWithin, onShift, rosterOf, shiftsOf, shiftText } from '../../../domain/shift/roster';
import { rosterFindings } from '../../../domain/shift/roster-findings';
import { publishedEvents } from '../../../domain/calendar/published-calendar';
import { firstRevision, movedRevisions } from '../calendar/published-calendars';
import { setRevision } from './rosters';

const FIRST = setRevision(1, {
  people: ['maria'],
  from: '2026-12-07T08:00:00.000Z',
  until: '2026-12-14T08:00:00.000Z',
  zone: 'Europe/Berlin',
});
const SECOND = setRevision(2, {
  people: ['erik', 'aiko'],
  from: '2026-12-14T08:00:00.000Z',
  until: '2026-12-21T08:00:00.000Z',
});

describe('the roster', () => {
  it('is what its revisions have made of it; what was before and why it is not any more stays with it', () => {
    const later = { ...FIRST.shift, until: '2026-12-15T08:00:00.000Z' };
    const shifts = rosterOf([
      FIRST,
      SECOND,
      {
        ...SECOND,
        number: 3,
        shift: later,
        reason: 'Erik is ill on Monday.',
        madeAt: '2026-11-03T00:00:00.000Z',
      },
      { ...SECOND, number: 4, kind: 'cancel', reason: 'Nobody is there.' },
    ]);

    expect(shifts.map(({ id, sequence, isCancelled }) => [id, sequence, isCancelled])).toEqual([
      ['shift:1', 1, false],
      ['shift:2', 1, true],
    ]);
    expect(shifts[0]).toMatchObject({ until: later.until, revisedAt: '2026-11-03T00:00:00.000Z' });
    expect(shifts.map(({ notes }) => notes)).toEqual([
      [
        'Before: maria: Mon 2026-12-07 09:00 Europe/Berlin to Mon 2026-12-14 09:00 Europe/Berlin. Erik is ill on Monday.',
      ],
      ['Cancelled: Nobody is there.'],
    ]);
  });

  it('is told in the zone of those who are on shift, on both sides of a change of the clock', () => {
    const shift = { ...FIRST.shift, from: '2026-10-24T07:00:00.000Z', until: '2026-10-26T08:00:00.000Z' };

    expect(shiftText(shift)).toBe(
      'maria: Sat 2026-10-24 09:00 Europe/Berlin to Mon 2026-10-26 09:00 Europe/Berlin',
    );
  });

  it.each([
    ['2026-12-07T07:59:59.999Z', [], 'shift:1'],
    ['2026-12-07T08:00:00.000Z', ['shift:1'], 'shift:2'],
    ['2026-12-14T07:59:59.999Z', ['shift:1'], 'shift:2'],
    ['2026-12-14T08:00:00.000Z', ['shift:2'], undefined],
    ['2026-12-21T08:00:00.000Z', [], undefined],
  ])('at %s has on shift %j, and next %s', (at, current, next) => {
    const told = onShift(rosterOf([FIRST, SECOND]), at);

    expect([told.current.map(({ id }) => id), told.next?.id]).toEqual([current, next]);
  });
});

function hour(hours: number): string {
  return new Date(Date.UTC(2026, 11, 1, hours)).toISOString();
}

describe('the shifts of a person', () => {
  const alone = { ...SECOND.shift, people: ['aiko'] } as const;
  const without = { ...SECOND, number: 3, shift: alone, reason: 'Erik is ill.' };

  it.each([
    ['who was never on one', 'hanna', []],
    ['who is on one', 'aiko', [['shift:2', false, 1]]],
    ['who was taken off', 'erik', [['shift:2', true, 1]]],
  ])('%s', (_who, person, told) => {
    const shifts = shiftsOf(person, [FIRST, SECOND, without]);

    expect(shifts.map(({ id, isCancelled, sequence }) => [id, isCancelled, sequence])).toEqual(told);
  });

  it('who was taken off and is on it again is on it', () => {
    const [again] = shiftsOf('erik', [SECOND, without, { ...SECOND, number: 4 }]);

    expect(again).toMatchObject({ isCancelled: false, sequence: 2, people: ['erik', 'aiko'] });
  });
});

describe('what is odd', () => {
  it('is nothing where one shift follows the other', () => {
    expect(rosterFindings(rosterOf([FIRST, SECOND]), '2026-12-08T00:00:00.000Z')).toEqual([]);
  });

  it('is a time at which nobody is there, from now on', () => {
    const third = setRevision(3, {
      people: ['maria'],
      from: '2026-12-22T08:00:00.000Z',
      until: '2026-12-28T08:00:00.000Z',
    });

    const found = rosterFindings(rosterOf([FIRST, SECOND, third]), '2026-12-06T20:00:00.000Z');

    expect(found.map(({ sentence }) => sentence)).toEqual([
      'Nobody is on shift from Sun 2026-12-06 20:00 UTC to Mon 2026-12-07 08:00 UTC.',
      'Nobody is on shift from Mon 2026-12-21 08:00 UTC to Tue 2026-12-22 08:00 UTC.',
    ]);
  });

  it('is a time at which two shifts are, and not two people of one', () => {
    const other = setRevision(3, {
      people: ['maria'],
      from: '2026-12-20T08:00:00.000Z',
      until: '2026-12-22T08:00:00.000Z',
    });

    expect(rosterFindings(rosterOf([FIRST, SECOND, other]), '2026-12-08T00:00:00.000Z')).toEqual([
      {
        kind: 'overlap',
        from: '2026-12-20T08:00:00.000Z',
        until: '2026-12-21T08:00:00.000Z',
        sentence:
          'shift:2 (erik, aiko) and shift:3 (maria) are on shift at once from Sun 2026-12-20 08:00 UTC to Mon 2026-12-21 08:00 UTC.',
      },
    ]);
  });

  it('is said of an hour of the roster exactly where not one shift has it', () => {
    const span = record({ from: integer({ min: 0, max: 40 }), lasts: integer({ min: 1, max: 20 }) });
    assert(
      property(array(span, { minLength: 1, maxLength: 6 }), integer({ min: 0, max: 30 }), (spans, now) => {
        const shifts = rosterOf(
          spans.map(({ from, lasts }, index) =>
            setRevision(index + 1, { people: ['maria'], from: hour(from), until: hour(from + lasts) }),
          ),
        );
        const found = rosterFindings(shifts, hour(now));
        const end = Math.max(...spans.map(({ from, lasts }) => from + lasts));

        for (let at = now; at < end; at += 1) {
          const there = shifts.filter((shift) => isWithin(shift, hour(at))).length;
          const kinds = found.filter((one) => isWithin(one, hour(at))).map(({ kind }) => kind);
          const wanted = there === 0 ? ['gap'] : ['overlap'];
          expect(kinds).toEqual(there === 1 ? [] : wanted);
        }
        for (const { from } of found) expect(Date.parse(from)).toBeGreaterThanOrEqual(Date.parse(hour(now)));
      }),
    );
  });
});

describe('a revision', () => {
  const WANTED: Extract<WantedShift, { readonly kind: 'set' }> = {
    kind: 'set',
    people: ['maria', 'erik'],
    from: '2026-12-21T09:00:00+01:00',
    until: '2026-12-28T09:00:00+01:00',
    zone: 'Europe/Berlin',
    reason: 'Planned.',
  };
  const shifts = rosterOf([
    FIRST,
    SECOND,
    { ...SECOND, number: 3, shift: { ...SECOND.shift, id: 'shift:3' }, kind: 'cancel' },
  ]);
  const cancelled = rosterOf([FIRST, { ...FIRST, number: 2, kind: 'cancel' }]);
  const revising = (wanted: WantedShift, now = '2026-12-08T00:00:00.000Z', roster = shifts) =>
    revisingRoster({ shifts: roster, number: 4, now }, wanted);

  it('names a new shift after itself', () => {
    expect(revising(WANTED)).toEqual({
      kind: 'set',
      shift: {
        id: 'shift:4',
        people: ['maria', 'erik'],
        from: '2026-12-21T08:00:00.000Z',
        until: '2026-12-28T08:00:00.000Z',
        zone: 'Europe/Berlin',
      },
    });
  });

  it('changes one that is not over, and cancels it', () => {
    expect(revising({ ...WANTED, shift: 'shift:2' })).toMatchObject({
      kind: 'set',
      shift: { id: 'shift:2' },
    });
    expect(revising({ kind: 'cancel', shift: 'shift:2', reason: 'Ill.' })).toEqual({
      kind: 'cancel',
      shift: SECOND.shift,
    });
  });

  it.each([
    ['a name that nobody has', { ...WANTED, shift: 'shift:9' }, 'there is none of that name'],
    ['nobody', { ...WANTED, people: [] }, 'it names nobody, or no instants'],
    ['somebody twice', { ...WANTED, people: ['maria', 'maria'] }, 'it names somebody twice'],
    ['no zone', { ...WANTED, zone: 'Berlin' }, 'Berlin is no time zone'],
    ['an end before its beginning', { ...WANTED, until: WANTED.from }, 'it ends before it begins'],
    [
      'an end that is past',
      { ...WANTED, from: '2026-12-01T00:00:00Z', until: '2026-12-07T23:00:00Z' },
      'it would be over',
    ],
    [
      'another beginning of one that has begun',
      { ...WANTED, shift: 'shift:1' },
      'it has begun at 2026-12-07T08:00:00.000Z',
    ],
  ])('is refused with %s', (_what, wanted, what) => {
    expect(revising(wanted)).toMatchObject({ refused: { what } });
  });

  it('is refused of what is over, or cancelled', () => {
    expect(revising({ ...WANTED, shift: 'shift:1' }, '2026-12-14T08:00:00.000Z')).toMatchObject({
      refused: { where: 'shift:1', what: 'it is over' },
    });
    expect(
      revising({ kind: 'cancel', shift: 'shift:1', reason: 'Ill.' }, undefined, cancelled),
    ).toMatchObject({
      refused: { where: 'shift:1', what: 'it is cancelled' },
    });
  });
});

function calendarOfFirst(all: Parameters<typeof shiftCalendar>[1]) {
  return shiftCalendar(
    all.shifts.filter(({ id }) => id === FIRST.shift.id),
    all,
  );
}

describe('the calendar of a shift', () => {
  const events = publishedEvents([firstRevision()]);

  it('has the dates that fall into it, and of one that is cancelled none', () => {
    const told = calendarOfFirst({ events, shifts: rosterOf([FIRST, SECOND]) });
    const cancelled = rosterOf([FIRST, { ...FIRST, number: 2, kind: 'cancel' }]);

    expect(told.shifts.map(({ id }) => id)).toEqual(['shift:1']);
    expect(told.events.map(({ release, milestone }) => `${release}.${milestone}`)).toEqual([
      'patch:2026-12-09.prepared',
      'patch:2026-12-09.accepted',
      'patch:2026-12-09.tagged',
      'patch:2026-12-09.published',
      'monthly:19.7.announced',
    ]);
    expect(calendarOfFirst({ events, shifts: cancelled }).events).toEqual([]);
  });

  it('has changed when a date was moved out of it', () => {
    const moved = publishedEvents(movedRevisions('monthly:19.7', '2026-12-28'));

    const [before, after] = [events, moved].map((all) =>
      calendarOfFirst({ events: all, shifts: rosterOf([FIRST, SECOND]) }),
    );

    expect((before?.events.length ?? 0) - (after?.events.length ?? 0)).toBe(1);
    expect(Date.parse(after?.changedAt ?? '')).toBe(Date.parse('2026-11-25T08:00:00.000Z'));
    expect(Date.parse(before?.changedAt ?? '')).toBeLessThan(Date.parse(after?.changedAt ?? ''));
  });
});
