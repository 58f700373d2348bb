import { array, assert, constantFrom, date, property } from 'fast-check';
import {
  exceptedSentence,
  exceptionEvidence,
  standingExceptions,
  type SystemException,
} from '../../../domain/version/system-exceptions';

const UNTIL = '2026-12-05T00:00:00.000Z';
const CELL: SystemException = {
  system: 'cell-9',
  approvedBy: 'lena',
  reason: 'Its hardware is replaced.',
  until: UNTIL,
};

it.each([
  ['a moment before it ends', '2026-12-04T23:59:59.999Z', [CELL]],
  ['at the instant that it names', UNTIL, []],
  ['at that instant, told in another zone', '2026-12-05T01:00:00.000+01:00', []],
  ['long after it', '2027-12-05T00:00:00.000Z', []],
])('%s', (_, at, expected) => {
  expect(standingExceptions([CELL], at)).toEqual(expected);
});

it('is none where none is configured', () => {
  expect(standingExceptions(undefined, UNTIL)).toEqual([]);
  expect(exceptedSentence([])).toBe('');
});

it('counts an exception for ever less as time goes on, and none again that has ended', () => {
  const instants = date({ noInvalidDate: true, min: new Date('2020-01-01'), max: new Date('2030-01-01') });
  const exceptions = array(
    instants.map((until) => ({ ...CELL, until: until.toISOString() })),
    { maxLength: 5 },
  );
  assert(
    property(exceptions, instants, instants, (all, one, other) => {
      const [earlier, later] = [one, other].toSorted((left, right) => left.getTime() - right.getTime());

      const before = standingExceptions(all, earlier?.toISOString() ?? '');
      const after = standingExceptions(all, later?.toISOString() ?? '');

      expect(before).toEqual(expect.arrayContaining([...after]));
      for (const { until } of all.filter((each) => !after.includes(each)))
        expect(Date.parse(until)).toBeLessThanOrEqual(later?.getTime() ?? 0);
    }),
  );
});

it('names the system, who approved it and until when, in the sentence and in the evidence', () => {
  assert(
    property(constantFrom('cell-9', 'db/gprd'), constantFrom('lena', 'mo'), (system, approvedBy) => {
      const exceptions = [{ ...CELL, system, approvedBy }];

      expect(exceptedSentence(exceptions)).toBe(
        ` Not waited for: ${system} (excepted by ${approvedBy} until ${UNTIL}).`,
      );
      expect(exceptionEvidence(exceptions)).toEqual([
        {
          label: `exception for ${system}`,
          value: `${approvedBy}, until ${UNTIL}: Its hardware is replaced.`,
        },
      ]);
    }),
  );
});
