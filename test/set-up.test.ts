import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const SET_UP = resolve(__dirname, '../bin/set-up.sh');
const BUILT = new Date('2026-11-26T08:00:00Z');
const BEFORE = new Date('2026-11-26T07:00:00Z');
const AFTER = new Date('2026-11-26T09:00:00Z');

let top: string;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'signalbox-set-up-'));
});
afterEach(() => rm(top, { recursive: true, force: true }));

async function put(path: string, at: Date): Promise<void> {
  const file = join(top, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  await utimes(file, at, at);
  for (let folder = dirname(file); folder !== top; folder = dirname(folder)) await utimes(folder, at, at);
}

async function isBuiltAgain(): Promise<boolean> {
  const script = '. "$1"; top=$2; if sources_changed; then echo yes; else echo no; fi';
  const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', SET_UP, top]);
  return stdout.trim() === 'yes';
}

it.each([
  ['bench/one-patch.ts', true],
  ['domain/release/release.ts', true],
  ['tsconfig.json', true],
  ['package.json', true],
  ['test/one.test.ts', false],
  ['docs/reference/cli.md', false],
  ['node_modules/pg/index.d.ts', false],
])('a checkout is built again where %s has changed since: %s', async (path, isBuilt) => {
  await put('domain/roles.ts', BEFORE);
  await put('dist/.signalbox-built', BUILT);
  await put(path, AFTER);

  expect(await isBuiltAgain()).toBe(isBuilt);
});

it('a checkout that was never built is built', async () => {
  expect(await isBuiltAgain()).toBe(true);
});

it('a checkout in which nothing has changed is not built again', async () => {
  await put('bench/one-patch.ts', BEFORE);
  await put('dist/.signalbox-built', BUILT);

  expect(await isBuiltAgain()).toBe(false);
});
