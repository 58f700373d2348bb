import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.join(__dirname, '..', '.ci', 'count-results.js');
const comparison = 'what the sandbox answers agrees with ../shared/contracts';

interface Test {
  readonly status: 'passed' | 'failed' | 'pending';
  readonly title: string;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signalbox-count-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function resultsOf({ tests, brokenSuites = 0 }: { tests: readonly Test[]; brokenSuites?: number }) {
  const numberOf = (status: Test['status']) => tests.filter((test) => test.status === status).length;
  const file = path.join(folder, 'results.json');
  const results = {
    numPassedTests: numberOf('passed'),
    numFailedTests: numberOf('failed'),
    numPendingTests: numberOf('pending'),
    numTodoTests: 0,
    numRuntimeErrorTestSuites: brokenSuites,
    testResults: [{ assertionResults: tests.map((test) => ({ ...test, fullName: test.title })) }],
  };
  await writeFile(file, JSON.stringify(results));
  return file;
}

/** What the script says last, and how it exits; `contracts` is the folder of GitLab's own descriptions. */
function count({ files, contracts }: { files: readonly string[]; contracts: string }) {
  return new Promise<{ last: string; code: number }>((resolve) => {
    execFile(
      process.execPath,
      [script, ...files],
      { env: { ...process.env, SIGNALBOX_CONTRACTS: contracts } },
      (error, out) => resolve({ last: out.trim(), code: typeof error?.code === 'number' ? error.code : 0 }),
    );
  });
}

it('adds up what passed and goes well', async () => {
  const file = await resultsOf({ tests: [{ status: 'passed', title: 'a release publishes' }] });

  expect(await count({ files: [file, file], contracts: folder })).toEqual({
    last: '2 passed, 0 failed',
    code: 0,
  });
});

it.each<[string, Parameters<typeof resultsOf>[0], number]>([
  ['a failed test', { tests: [{ status: 'failed', title: 'x' }] }, 1],
  ['a skipped test', { tests: [{ status: 'pending', title: 'x' }] }, 1],
  ['a suite that could not run', { tests: [], brokenSuites: 1 }, 1],
])('fails for %s', async (_what, results, failures) => {
  const passing = await resultsOf({
    tests: [{ status: 'passed', title: 'a release publishes' }, ...results.tests],
  });
  const file = results.brokenSuites === undefined ? passing : await resultsOf(results);

  const answer = await count({ files: [file], contracts: folder });

  expect(answer.code).toBe(1);
  expect(answer.last).toMatch(new RegExp(`passed, ${failures} failed$`));
});

it('fails where jest left nothing to read, or nothing ran', async () => {
  const empty = await resultsOf({ tests: [] });

  expect(await count({ files: [path.join(folder, 'absent.json')], contracts: folder })).toEqual({
    last: '0 passed, 1 failed',
    code: 1,
  });
  expect((await count({ files: [empty], contracts: folder })).code).toBe(1);
});

it("lets only the comparison with GitLab's descriptions be skipped, and only where they are absent", async () => {
  const file = await resultsOf({
    tests: [
      { status: 'passed', title: 'a release publishes' },
      { status: 'pending', title: comparison },
    ],
  });

  expect(await count({ files: [file], contracts: folder })).toEqual({ last: '1 passed, 0 failed', code: 0 });

  await writeFile(path.join(folder, 'README.md'), '');
  expect(await count({ files: [file], contracts: folder })).toEqual({ last: '1 passed, 1 failed', code: 1 });
});
