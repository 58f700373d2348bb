import { freshRecords, type TestRecords } from '../support/records';

const CHANGE = {
  project: 'gitlab',
  mergeRequest: 7,
  mergedAt: '2026-11-20T08:00:00.000Z',
  mends: 'bug',
} as const;
const FACTS = [{ minor: '18.6', changes: [CHANGE] }];

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});
afterAll(() => test.end());

it('keeps what was measured last, by when it was begun, whichever was noted last', async () => {
  const { measurements } = test.records;
  expect(await measurements.find('pressure')).toBeUndefined();

  const [first, second] = ['2026-11-26T08:00:00.000Z', '2026-11-26T08:15:00.000Z'] as const;
  await measurements.note('pressure', { facts: [], measuredAt: first });
  await measurements.note('pressure', { facts: FACTS, measuredAt: second });
  await measurements.note('pressure', { facts: [], measuredAt: first });

  expect(await measurements.find('pressure')).toEqual({ facts: FACTS, measuredAt: second });
});
