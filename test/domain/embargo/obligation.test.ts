import { assert, constantFrom, property, uniqueArray } from 'fast-check';
import {
  affectsAfterBirth,
  coverageOf,
  coverageVerdict,
  obligationsOf,
  owingMinors,
} from '../../../domain/embargo/obligation';

const FIX = 'embargo:7h2k9x0q4d';
const lines = uniqueArray(constantFrom('default', '18.4', '18.5', '18.6', '18.7'));

it('owes fixes on a minor from the birth of its stable branch, before anything of it is out', () => {
  const owing = owingMinors({ maintained: ['18.6', '18.5', '18.4'], unreleased: ['18.7'] });

  expect(owing).toEqual(['18.7', '18.6', '18.5', '18.4']);
  expect(owingMinors({ maintained: ['18.6'], unreleased: ['18.6'] })).toEqual(['18.6']);
});

it.each([
  [
    ['18.5', '18.4', '18.3'],
    ['18.5', '18.4'],
  ],
  [['default'], []],
  [['18.7', 'default'], ['18.7']],
])('a fix for a hole of %j is owed to %j', (affects, expected) => {
  expect(obligationsOf({ fix: FIX, affects }, { owing: ['18.7', '18.6', '18.5', '18.4'] })).toEqual(expected);
});

it('is owed to a minor that is born from an affected default branch, and to no other', () => {
  expect(affectsAfterBirth({ fix: FIX, affects: ['default', '18.6'] }, '18.7')).toEqual([
    'default',
    '18.6',
    '18.7',
  ]);
  expect(affectsAfterBirth({ fix: FIX, affects: ['18.6'] }, '18.7')).toEqual(['18.6']);
  expect(affectsAfterBirth({ fix: FIX, affects: ['default', '18.7'] }, '18.7')).toEqual(['default', '18.7']);
});

it('covers who was promised a fix and who has the hole now, when the window slides under a patch', () => {
  const coverage = coverageOf({
    atOpening: ['18.6', '18.5', '18.4'],
    atPublication: ['18.7', '18.6', '18.5'],
  });

  expect(coverage).toEqual(['18.7', '18.6', '18.5', '18.4']);
});

it('discloses a fix in every minor that owes it, or not at all', () => {
  const fix = { fix: FIX, affects: ['default', '18.6', '18.5'] };
  const owing = ['18.6', '18.5', '18.4'];

  expect(coverageVerdict(fix, { owing, fixed: ['18.6', '18.5'] })).toMatchObject({ verdict: 'pass' });
  expect(coverageVerdict(fix, { owing, fixed: ['18.6'] })).toMatchObject({
    verdict: 'fail',
    sentence: `${FIX} is not fixed in 18.5: disclosed now, it would have a hole that everybody knows.`,
    whoActs: `owner of ${FIX}`,
  });
});

it('passes exactly when nothing that owes the fix is left out', () => {
  assert(
    property(lines, lines, lines, (affects, owing, fixed) => {
      const fix = { fix: FIX, affects };

      const { verdict } = coverageVerdict(fix, { owing, fixed });

      const left = owing.filter((minor) => affects.includes(minor) && !fixed.includes(minor));
      expect(verdict === 'pass').toBe(left.length === 0);
    }),
  );
});
