import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
  const change = { mergeRequest: 12, sha: 'a'.repeat(40), title: 'Fix it', author: 'amara', webUrl: '' };
  await test.records.closeRelease({
    key: 'patch:7/close/unit',
    release: 'patch:7',
    workflowId: 'patch:7',
    step: 'close',
    target: 'unit',
    transitions: [],
    versions: [
      { atLeast: '18.6.2', composedOn: '18.6.1', own: [{ project: 'charts', atLeast: '9.6.2' }] },
      { atLeast: '18.5.4', composedOn: '18.5.3', own: [{ project: 'charts', atLeast: '9.5.4' }] },
    ],
    close: (versions) => ({
      result: { versions },
      inclusions: versions.flatMap(({ version }) =>
        ['charts', 'gitaly'].map((project) => ({ ...change, version, project })),
      ),
    }),
  });
});
afterAll(() => test.end());

async function carriersOf(project: string) {
  const found = await test.records.fixes.changeCarriers({ projects: [project], mergeRequests: [12] });
  return found.map(({ minor, version, state }) => [minor, version, state]);
}

it('tells of a change the line of its project, and the version of the product that has it', async () => {
  expect(await carriersOf('gitaly')).toEqual([
    ['18.5', '18.5.4', 'reserved'],
    ['18.6', '18.6.2', 'reserved'],
  ]);
  expect(await carriersOf('charts')).toEqual([
    ['9.5', '18.5.4', 'reserved'],
    ['9.6', '18.6.2', 'reserved'],
  ]);
});
