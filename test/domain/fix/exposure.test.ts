import { array, assert as forAll, boolean, integer, option, property, tuple } from 'fast-check';
import { allOf, exposureOf, type PlaceChange } from '../../../domain/fix/exposure';

/** `10:30` of the one day on which everything happens. */
function at(time: string): string {
  return `2026-11-25T${time}:00.000Z`;
}

function instant(minute: number): string {
  return new Date(Date.parse(at('00:00')) + minute * 60_000).toISOString();
}

function fixed(time: string): PlaceChange {
  return { at: at(time), isFixed: true };
}

function lost(time: string): PlaceChange {
  return { at: at(time), isFixed: false };
}

const NOON = at('12:00');

describe('the exposure clock of a place', () => {
  it.each<
    [string, readonly PlaceChange[], string | undefined, { readonly secret: number; readonly open: number }]
  >([
    ['a secret that is fixed nowhere exposes nobody more than before', [], undefined, { secret: 0, open: 0 }],
    ['fixed in secret for two hours', [fixed('10:00')], undefined, { secret: 2, open: 0 }],
    ['fixed at nine, public at eleven', [fixed('09:00')], at('11:00'), { secret: 2, open: 0 }],
    ['public at nine, fixed at ten and a half', [fixed('10:30')], at('09:00'), { secret: 0, open: 1.5 }],
    ['public at nine and not fixed yet', [], at('09:00'), { secret: 0, open: 3 }],
    ['published and fixed at once', [fixed('09:00')], at('09:00'), { secret: 0, open: 0 }],
    [
      'rolled back while it was a secret, which exposes nobody more',
      [fixed('08:00'), lost('09:00'), fixed('11:00')],
      undefined,
      { secret: 2, open: 0 },
    ],
    [
      'rolled back for an hour after it was public',
      [fixed('08:00'), lost('10:00'), fixed('11:00')],
      at('09:00'),
      { secret: 1, open: 1 },
    ],
  ])('%s', (_case, changes, publicAt, { secret, open }) => {
    const clock = exposureOf(
      { place: 'gprd', changes },
      { now: NOON, ...(publicAt === undefined ? {} : { publicAt }) },
    );

    expect([clock.fixedButSecretHours, clock.publicButUnfixedHours]).toEqual([secret, open]);
  });

  it('counts until its source was lost, and says since when nobody can tell', () => {
    const clock = exposureOf(
      { place: 'gprd', changes: [fixed('08:00')], unknownSince: at('09:00') },
      { now: NOON },
    );

    expect(clock).toEqual({
      place: 'gprd',
      fixedButSecretHours: 1,
      publicButUnfixedHours: 0,
      unknownSince: at('09:00'),
    });
  });

  it('says since when the place has the fix, from the last time that it got it', () => {
    const changes = [fixed('08:00'), lost('09:00'), fixed('10:00'), fixed('11:00')];

    expect(exposureOf({ place: 'gprd', changes }, { now: NOON }).fixedSince).toBe(at('10:00'));
    expect(
      exposureOf({ place: 'gprd', changes: [fixed('08:00'), lost('09:00')] }, { now: NOON }),
    ).not.toHaveProperty('fixedSince');
  });

  it('never counts an hour twice, nor more than there were', () => {
    const minute = integer({ min: 0, max: 24 * 60 - 1 });
    forAll(
      property(array(tuple(minute, boolean())), option(minute), minute, (drawn, publicAt, now) => {
        const changes = drawn
          .toSorted(([left], [right]) => left - right)
          .map(([of, isFixed]) => ({ at: instant(of), isFixed }));
        const clock = exposureOf(
          { place: 'gprd', changes },
          { now: instant(now), ...(publicAt === null ? {} : { publicAt: instant(publicAt) }) },
        );

        const open = publicAt === null ? 0 : Math.max(0, now - publicAt) / 60;
        expect(clock.publicButUnfixedHours).toBeLessThanOrEqual(open + 0.01);
        expect(clock.fixedButSecretHours).toBeLessThanOrEqual(Math.min(now, publicAt ?? now) / 60 + 0.01);
      }),
    );
  });
});

it('a system that needs two projects is fixed while it has both', () => {
  expect(allOf([[fixed('08:00')], [fixed('09:00'), lost('10:00')]])).toEqual([
    lost('08:00'),
    fixed('09:00'),
    lost('10:00'),
  ]);
});
