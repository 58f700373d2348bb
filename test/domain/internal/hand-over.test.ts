import { array, assert, constantFrom, property, record } from 'fast-check';
import {
  acknowledged,
  acknowledgementRefusal,
  handOverSentence,
  INSTALLED_STATES,
  isLate,
  isRolledOut,
  offerTo,
  type Acknowledgement,
} from '../../../domain/internal/hand-over';
import { OTTO } from '../../support/decisions';

const AT = '2026-12-01T12:00:00.000Z';
const NAMES = ['north', 'south', 'west'];
const OFFER = offerTo(
  NAMES.map((name) => ({ name, role: 'dedicated-operator' })),
  { at: AT, withinMs: 8 * 60 * 60_000 },
);
const NOW = Date.parse(AT);

function said(installation: string, state: Acknowledgement['state']): Acknowledgement {
  return { installation, state, by: OTTO, at: AT };
}

it('is counted as installed and as verified, n of m, with those that are missing', () => {
  const one = acknowledged(OFFER, said('north', 'installed'));
  const both = acknowledged(one, said('north', 'verified'));

  expect(handOverSentence(OFFER, NOW)).toBe(
    '0 of 3 installed, 0 of 3 verified, due by 2026-12-01T20:00:00.000Z; missing: north, south, west.',
  );
  expect(handOverSentence(both, NOW)).toMatch(/^1 of 3 installed, 1 of 3 verified.*missing: south, west\.$/);
});

it('names those who are late once it was due', () => {
  const due = Date.parse(OFFER.dueAt);

  expect([isLate(OFFER, due - 1), isLate(OFFER, due)]).toEqual([false, true]);
  expect(handOverSentence(acknowledged(OFFER, said('north', 'installed')), due)).toBe(
    '1 of 3 installed, 0 of 3 verified, was due by 2026-12-01T20:00:00.000Z; late: north, south, west.',
  );
});

it('is over exactly when everybody has said both in order, whoever says what when', () => {
  const sayings = array(
    record({ installation: constantFrom(...NAMES, 'nowhere'), state: constantFrom(...INSTALLED_STATES) }),
    { maxLength: 40 },
  );

  assert(
    property(sayings, (all) => {
      let status = OFFER;
      const counted: string[] = [];
      for (const { installation, state } of all) {
        const saying = said(installation, state);
        if (acknowledgementRefusal(status, saying) !== undefined) continue;
        status = acknowledged(status, saying);
        counted.push(`${installation} ${state}`);
      }

      expect(new Set(counted).size).toBe(counted.length);
      for (const name of NAMES) {
        const own = counted.filter((text) => text.startsWith(name));
        expect(own).toEqual([`${name} installed`, `${name} verified`].slice(0, own.length));
      }
      expect(isRolledOut(status)).toBe(counted.length === 2 * NAMES.length);
    }),
  );
});
