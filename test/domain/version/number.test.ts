import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import {
  compareNumbers,
  inNumberOrder,
  isInternal,
  minorOf,
  nextNumber,
  sameCounter,
  sortKey,
  STAGE,
} from '../../../domain/version/number';

const part = nat({ max: 40 });
const number = record({
  major: part,
  minor: part,
  patch: part,
  stage: constantFrom('', '-rc', '-internal'),
  count: part,
}).map(({ major, minor, patch, stage, count }) => `${major}.${minor}.${patch}${stage && `${stage}${count}`}`);

it('puts candidates before the final, and internals between it and the next patch', () => {
  const inOrder = [
    '17.11.9',
    '18.7.0-rc42',
    '18.7.0-rc43',
    '18.7.0',
    '18.7.0-internal0',
    '18.7.0-internal1',
    '18.7.1',
  ];

  expect(inOrder.toReversed().toSorted(compareNumbers)).toEqual(inOrder);
});

it('orders whatever it is given as its keys are ordered', () => {
  assert(
    property(array(number), (numbers) => {
      const sorted = numbers.toSorted(compareNumbers).map(sortKey);

      for (const [index, key] of sorted.entries()) {
        expect(firstDifference(key, sorted[index + 1] ?? key)).toBeLessThanOrEqual(0);
      }
    }),
  );
});

function firstDifference(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

it.each([
  ['18.6.2', [], '18.6.2'],
  ['18.6.2', ['18.6.2', '18.6.3'], '18.6.4'],
  ['18.6.2', ['18.6.4'], '18.6.5'],
  ['18.6.2', ['18.6.1', '18.5.9', '18.6.2-internal0', '18.6.2-rc42'], '18.6.2'],
  ['18.7.0-rc42', ['18.7.0'], '18.7.0-rc42'],
  ['18.7.0-rc42', ['18.7.0-rc42'], '18.7.0-rc43'],
  ['18.7.0-rc42', ['18.7.1-rc50'], '18.7.0-rc42'],
  ['18.7.0', ['18.7.0-rc42'], '18.7.0'],
])('from %s on, with %j taken, the next is %s', (atLeast, taken, expected) => {
  expect(nextNumber({ atLeast, taken })).toBe(expected);
});

it('never gives out a taken number, nor one below a taken one of the same counter', () => {
  assert(
    property(number, array(number), (atLeast, taken) => {
      const next = nextNumber({ atLeast, taken });

      expect(sameCounter(next, atLeast)).toBe(true);
      expect(compareNumbers(next, atLeast)).toBeGreaterThanOrEqual(0);
      for (const other of taken.filter((each) => sameCounter(each, next))) {
        expect(compareNumbers(next, other)).toBeGreaterThan(0);
      }
    }),
  );
});

it('knows an internal number by its stage, as its key does', () => {
  assert(
    property(number, (one) => {
      expect(isInternal(one)).toBe(sortKey(one)[3] === STAGE.internal);
    }),
  );
  // Projects that count their own may write numbers as they like.
  expect(['2026.11', '1.2.3-internal', 'v1.2.3-internal2'].map(isInternal)).toEqual([false, false, true]);
});

it('knows the minor, and refuses what is no version', () => {
  expect(minorOf('18.10.3-rc1')).toBe('18.10');
  expect(() => sortKey('v18.6')).toThrow('v18.6 is no version number such as 18.6.2 or 18.7.0-rc42');
});

it('orders many as two are compared, and leaves equal ones as they came', () => {
  assert(
    property(array(number), (numbers) => {
      const ordered = inNumberOrder(
        numbers.map((of, place) => ({ of, place })),
        (one) => one.of,
      );

      const expected = numbers
        .map((of, place) => ({ of, place }))
        .toSorted((left, right) => compareNumbers(left.of, right.of) || left.place - right.place);
      expect(ordered).toEqual(expected);
    }),
  );
});
