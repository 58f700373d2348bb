import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gateFaults, undecidedParts, type GateFault } from '../support/gate-faults';

const root = resolve(__dirname, '..', '..');
/** A few in short, all of them in the long form. */
const MOMENTS = Number(process.env['SIGNALBOX_PROOF_MOMENTS'] ?? 3);
const ALL_FROM = 10;
const A_FAULT_MS = 10 * 60_000;

/** In the order in which they are most likely to fall. */
const TESTS: readonly string[] = [
  'test/activities/git/doors.test.ts',
  'test/activities/git/leak-gate.test.ts',
  'test/activities/git/clean-room.test.ts',
  'test/activities/clear-text.test.ts',
  'test/activities/backports.test.ts',
  'test/activities/texts/public-texts.test.ts',
];

const faults = chosen(gateFaults(root));

function chosen(all: readonly GateFault[]): readonly GateFault[] {
  if (MOMENTS >= ALL_FROM) return all;
  const step = Math.floor(all.length / MOMENTS);
  return all.filter((_fault, index) => index % step === 0).slice(0, MOMENTS);
}

/** A gate whose tests pass without it proves nothing: each of its parts is taken out in turn, in a copy of the house. */
describe('the gate, with one of its parts taken out', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'signalbox-gate-calls-'));
    await cp(root, copy, { recursive: true, filter: isCode });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  }, A_FAULT_MS);
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('has no part that nobody has decided about', () => {
    expect(undecidedParts(root)).toEqual([]);
  });

  it.each(faults.map((fault) => [fault.name, fault] as const))(
    'is caught: %s',
    async (name, { file, content }) => {
      const whole = await readFile(join(copy, file), 'utf8');
      await writeFile(join(copy, file), content);
      const fallen = await firstFallen(copy, file);
      await writeFile(join(copy, file), whole);

      process.stderr.write(`${name}: ${fallen ?? 'SURVIVES'}\n`);
      expect(fallen).toBeDefined();
    },
    A_FAULT_MS,
  );
});

function isCode(path: string): boolean {
  return !['node_modules', 'dist', '.git', '.signalbox'].includes(basename(path));
}

/** The first test file that fails, of the gate's own and the one beside the file. */
async function firstFallen(folder: string, file: string): Promise<string | undefined> {
  const beside = `test/${file.replace(/\.ts$/, '.test.ts')}`;
  const own = existsSync(join(folder, beside)) && !TESTS.includes(beside) ? [beside] : [];
  const isText = !file.startsWith('activities/git/') && !file.startsWith('domain/');
  const first = isText ? TESTS.toReversed() : TESTS;
  for (const test of [...own, ...first]) if (!(await passes(folder, test))) return test;
  return undefined;
}

async function passes(folder: string, test: string): Promise<boolean> {
  const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [jest, test, '--selectProjects', 'parts', '--bail'], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}
