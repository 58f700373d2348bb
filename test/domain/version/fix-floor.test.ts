import { array, assert, constantFrom, property, uniqueArray } from 'fast-check';
import { firstInternalOf, floorAfter, floorVerdict, type FixFloor } from '../../../domain/version/fix-floor';
import { compareNumbers } from '../../../domain/version/number';

const ONE = 'embargo:0000000001';
const TWO = 'embargo:0000000002';
const CELL: FixFloor = { system: 'cell-1', fixes: [ONE] };

it.each([
  ['a package with the fix', [ONE, TWO], [], 'pass'],
  ['a rollback to a package without it', [], [], 'fail'],
  ['a newer package without it', [TWO], [], 'fail'],
  ['a package without a fix that was withdrawn', [TWO], [ONE], 'pass'],
])('a cell that has a fix is offered %s: %s', (_what, settles, withdrawn, verdict) => {
  const offered = { package: '18.7.202612011000', settles };

  expect(floorVerdict(CELL, { offered, withdrawn })).toMatchObject({ verdict });
});

it('says what would be lost', () => {
  const offered = { package: '18.7.202612011000', settles: [] };

  expect(floorVerdict(CELL, { offered, withdrawn: [] }).sentence).toBe(
    `18.7.202612011000 lacks ${ONE}, which cell-1 has: it is not offered.`,
  );
});

it('keeps every fix that a system once had, whatever it is offered in whatever order', () => {
  const packages = array(uniqueArray(constantFrom(ONE, TWO, 'embargo:0000000003')), { maxLength: 8 });
  assert(
    property(packages, (offers) => {
      let floor: FixFloor = { system: 'cell-1', fixes: [] };
      let running: readonly string[] = [];
      const had = new Set<string>();
      for (const settles of offers) {
        const offered = { package: 'any', settles };
        if (floorVerdict(floor, { offered, withdrawn: [] }).verdict !== 'pass') continue;
        floor = floorAfter(floor, { runs: offered, withdrawn: [] });
        running = settles;
        for (const fix of settles) had.add(fix);

        expect(new Set(running)).toEqual(had);
      }
    }),
  );
});

it('forgets a fix that was withdrawn, and no other', () => {
  const runs = { package: 'any', settles: [ONE, TWO] };

  expect(floorAfter(CELL, { runs, withdrawn: [ONE] }).fixes).toEqual([TWO]);
});

it('names the internal version that is due when a version is out, between it and the next', () => {
  const internal = firstInternalOf('18.6.2');

  expect(internal).toBe('18.6.2-internal0');
  expect(['18.6.3', internal, '18.6.2'].toSorted(compareNumbers)).toEqual(['18.6.2', internal, '18.6.3']);
});
