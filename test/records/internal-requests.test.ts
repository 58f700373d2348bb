import { RecordsConflict } from '../../records/database';
import { freshRecords, type TestRecords } from '../support/records';
import { anInternalRequest } from '../support/release-inputs';

let fresh: TestRecords;

beforeAll(async () => {
  fresh = await freshRecords();
});
afterAll(() => fresh.end());

it('a request is kept once for its key, under the id that was drawn first', async () => {
  const { internalRequests } = fresh.records;
  const request = anInternalRequest();

  const first = await internalRequests.open({ id: 'internal:aaaaaaaaaa', requestKey: 'one', request });
  const again = await internalRequests.open({ id: 'internal:bbbbbbbbbb', requestKey: 'one', request });

  expect(again).toEqual(first);
  expect(await internalRequests.find('internal:aaaaaaaaaa')).toEqual(first);
  expect(await internalRequests.find('internal:bbbbbbbbbb')).toBeUndefined();
});

it('a key that asked for something else is refused, and what it asked for stands', async () => {
  const { internalRequests } = fresh.records;
  const request = anInternalRequest();
  await internalRequests.open({ id: 'internal:cccccccccc', requestKey: 'two', request });

  const other = internalRequests.open({
    id: 'internal:dddddddddd',
    requestKey: 'two',
    request: anInternalRequest({ severity: 'S2' }),
  });

  await expect(other).rejects.toThrow(RecordsConflict);
  expect((await internalRequests.find('internal:cccccccccc'))?.request).toEqual(request);
});
