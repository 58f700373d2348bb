import { array, assert, asyncProperty, subarray } from 'fast-check';
import { ENGINE } from '../../domain/release/release';
import type { CloseRequest, ReservedVersion, VersionWanted } from '../../records/closing';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

interface Closed {
  readonly versions: readonly ReservedVersion[];
}

function closing(release: string, versions: readonly VersionWanted[]): CloseRequest<Closed> {
  return {
    key: `${release}/close/${versions.map(({ atLeast }) => atLeast).join('+')}`,
    release,
    workflowId: release,
    step: 'close',
    target: 'unit',
    transitions: [],
    versions,
    close: (reserved) => ({ result: { versions: reserved }, inclusions: [] }),
  };
}

async function numbersOf(request: CloseRequest<Closed>): Promise<readonly string[]> {
  const { versions } = await test.records.closeRelease(request);
  return versions.map(({ version }) => version);
}

function withdrawal(release: string, versions: readonly string[], reason: string) {
  return { release, workflowId: release, versions, transitions: [], reason };
}

it('reserves the numbers of a whole release, and those of projects that count their own', async () => {
  const answer = await test.records.closeRelease(
    closing('patch:1', [
      { atLeast: '18.6.2', composedOn: '18.6.1', own: [{ project: 'charts', atLeast: '9.6.2' }] },
      { atLeast: '18.5.4', composedOn: '18.5.3', own: [{ project: 'charts', atLeast: '9.5.4' }] },
    ]),
  );

  expect(answer.versions).toEqual([
    { version: '18.6.2', minor: '18.6', own: { charts: '9.6.2' } },
    { version: '18.5.4', minor: '18.5', own: { charts: '9.5.4' } },
  ]);
  expect(await test.records.versions.ofRelease('patch:1')).toMatchObject([
    { line: 'product', number: '18.5.4', state: 'reserved', productVersion: '18.5.4' },
    { line: 'product', number: '18.6.2', state: 'reserved', productVersion: '18.6.2' },
    { line: 'charts', number: '9.5.4', state: 'reserved', productVersion: '18.5.4' },
    { line: 'charts', number: '9.6.2', state: 'reserved', productVersion: '18.6.2' },
  ]);
});

it('closes once: again, and at the same time, it answers the same', async () => {
  const request = closing('patch:2', [{ atLeast: '17.1.1' }]);

  const answers = await Promise.all([1, 2, 3].map(() => test.records.closeRelease(request)));

  const again = await test.records.closeRelease(request);
  expect(answers).toEqual([again, again, again]);
});

it('gives different numbers to releases that close the same minors at once, however many, with no gap', async () => {
  let round = 0;
  await assert(
    asyncProperty(
      array(subarray([1, 2, 3], { minLength: 1 }), { minLength: 2, maxLength: 8 }),
      async (releases) => {
        round += 1;
        const major = 1_000 + round;
        const answers = await Promise.all(
          releases.map((minors, index) =>
            numbersOf(
              closing(
                `many:${round}:${index}`,
                minors.map((minor) => ({ atLeast: `${major}.${minor}.1` })),
              ),
            ),
          ),
        );

        for (const minor of [1, 2, 3]) {
          const patches = answers
            .flat()
            .filter((number) => number.startsWith(`${major}.${minor}.`))
            .map((number) => Number(number.split('.')[2]));
          expect(patches.toSorted((a, b) => a - b)).toEqual(patches.map((_, index) => index + 1));
        }
      },
    ),
    { numRuns: 15 },
  );
});

it('goes on after the greatest known from the repository, and counts candidates on their own', async () => {
  expect(await numbersOf(closing('monthly:20.1', [{ atLeast: '20.1.0-rc42' }]))).toEqual(['20.1.0-rc42']);
  expect(await numbersOf(closing('monthly:20.1', [{ atLeast: '20.1.0-rc43' }]))).toEqual(['20.1.0-rc43']);
  expect(await numbersOf(closing('monthly:20.1', [{ atLeast: '20.1.0' }]))).toEqual(['20.1.0']);
  expect(await numbersOf(closing('patch:20', [{ atLeast: '20.1.5' }]))).toEqual(['20.1.5']);
  expect((await test.records.versions.ofMinor({ minor: '20.1' })).map(({ number }) => number)).toEqual([
    '20.1.0-rc42',
    '20.1.0-rc43',
    '20.1.0',
    '20.1.5',
  ]);
});

it('never gives a burned number again: the release that lost it closes again and gets the next', async () => {
  const request = closing('patch:30', [{ atLeast: '21.1.1' }, { atLeast: '21.2.1' }]);
  expect(await numbersOf(request)).toEqual(['21.1.1', '21.2.1']);

  await test.records.publication.withdraw(withdrawal('patch:30', ['21.1.1'], 'the build was wrong'));

  expect(await numbersOf(request)).toEqual(['21.1.2', '21.2.1']);
  expect(await numbersOf(request)).toEqual(['21.1.2', '21.2.1']);
  expect(await test.records.versions.find({ number: '21.1.1' })).toMatchObject({
    state: 'burned',
    reason: 'the build was wrong',
  });
});

it('freezes the inclusion lists with the numbers, under the numbers', async () => {
  await test.records.closeRelease({
    ...closing('patch:40', [{ atLeast: '22.1.1' }]),
    close: ([first]) => ({
      result: { versions: [] },
      inclusions: [
        {
          version: first?.version ?? '',
          project: 'gitlab',
          mergeRequest: 12,
          sha: 'a'.repeat(40),
          title: 'Fix the thing',
          author: 'ada',
          webUrl: 'http://localhost/gitlab/-/merge_requests/12',
        },
      ],
    }),
  });

  expect(await test.records.inclusions.ofVersion({ version: '22.1.1' })).toMatchObject([
    { version: '22.1.1', project: 'gitlab', mergeRequest: 12, title: 'Fix the thing', author: 'ada' },
  ]);
  expect(await test.records.inclusions.ofVersion({ version: '22.1.1', project: 'gitaly' })).toEqual([]);
});

it('takes no number when anything of it fails', async () => {
  const line = { ordinal: 0, to: 'closed', actor: ENGINE, sentence: 'Closed.', evidence: [] } as const;
  const lines = { release: 'patch:50', workflowId: 'patch:50' };
  await test.records.transitions.append({ ...lines, transitions: [line] });
  const other = { ...line, sentence: 'Closed otherwise.' };

  await expect(
    test.records.closeRelease({ ...closing('patch:50', [{ atLeast: '23.1.1' }]), transitions: [other] }),
  ).rejects.toThrow(/transition 0 of patch:50: recorded .*Closed\..* and now .*Closed otherwise/);

  expect(await test.records.versions.ofRelease('patch:50')).toEqual([]);
});
