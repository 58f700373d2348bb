import { includedChanges } from '../../../activities/records/included-changes';
import type { Records } from '../../../records/records';
import { freshRecords, type TestRecords } from '../../support/records';

let house: TestRecords;
let records: Records;

beforeAll(async () => {
  house = await freshRecords();
  ({ records } = house);
  await records.closeRelease<object>({
    key: 'patch:1/close',
    release: 'patch:1',
    workflowId: 'patch:1',
    step: 'close',
    target: '18.6.1',
    transitions: [],
    versions: [{ atLeast: '18.6.1' }],
    close: () => ({ result: {}, inclusions: [CHANGE] }),
  });
});

afterAll(() => house.end());

const CHANGE = {
  version: '18.6.1',
  project: 'gitaly',
  mergeRequest: 62,
  sha: 'a'.repeat(40),
  title: 'Mend the cache',
  author: 'Ada',
  webUrl: 'https://example.com/62',
};

it('is the frozen list of the project, where its plan counts any', async () => {
  const plan = { project: 'gitaly', changes: 1 };

  expect(await includedChanges({ records }, { version: '18.6.1', plan })).toEqual([CHANGE]);
});

it('is nothing where the plan counts none, and nobody is asked', async () => {
  const plan = { project: 'gitlab', changes: 0 };
  const unreachable = {
    get inclusions(): never {
      throw new Error('the records were asked');
    },
  };

  expect(await includedChanges({ records: unreachable }, { version: '18.6.1', plan })).toEqual([]);
});
