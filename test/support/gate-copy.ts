import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { GateFault } from './gate-faults';

/** The gate's own tests, in the order in which they are most likely to fall. */
const TESTS: readonly string[] = [
  'test/activities/git/doors.test.ts',
  'test/activities/git/leak-gate.test.ts',
  'test/activities/git/clean-room.test.ts',
  'test/activities/clear-text.test.ts',
  'test/activities/backports.test.ts',
  'test/activities/texts/public-texts.test.ts',
];

/** What jest tells of a run, as far as it matters here. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
  }[];
}

/** A copy of the house in which the gate's tests run over a part that was changed. */
export class GateCopy {
  private readonly passing = new Set<string>();

  private constructor(private readonly folder: string) {}

  static async of(root: string): Promise<GateCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-gate-calls-'));
    await cp(root, folder, { recursive: true, filter: isCode });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new GateCopy(folder);
  }

  /**
   * The first test file in which a test fails with the fault planted, of the gate's own and the one beside the file.
   *
   * @throws where one cannot be run, or fails with nothing changed: a copy that does not work at all finds nothing
   */
  async firstFallen({ name, file, content }: GateFault): Promise<string | undefined> {
    const path = join(this.folder, file);
    const whole = await readFile(path, 'utf8');
    await writeFile(path, content);
    let fallen: string | undefined;
    try {
      fallen = await this.fallenAmong(this.testsOf(file), name);
    } finally {
      await writeFile(path, whole);
    }
    if (fallen !== undefined) await this.passWhole(fallen);
    return fallen;
  }

  private async fallenAmong(tests: readonly string[], name: string): Promise<string | undefined> {
    for (const test of tests) {
      const { numFailedTests, numRuntimeErrorTestSuites, testResults } = await this.run(test);
      if (numRuntimeErrorTestSuites > 0)
        throw new Error(`${test} could not be run with ${name}:\n${testResults[0]?.message}`);
      if (numFailedTests > 0) return test;
    }
    return undefined;
  }

  /** Asked once of each. */
  private async passWhole(test: string): Promise<void> {
    if (this.passing.has(test)) return;
    const { numPassedTests, testResults } = await this.run(test);
    if (numPassedTests === 0 || testResults.some(({ status }) => status !== 'passed'))
      throw new Error(`${test} fails with nothing changed:\n${testResults[0]?.message}`);
    this.passing.add(test);
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private testsOf(file: string): readonly string[] {
    const beside = `test/${file.replace(/\.ts$/, '.test.ts')}`;
    const own = existsSync(join(this.folder, beside)) && !TESTS.includes(beside) ? [beside] : [];
    const isText = !file.startsWith('activities/git/') && !file.startsWith('domain/');
    return [...own, ...(isText ? TESTS.toReversed() : TESTS)];
  }

  private async run(test: string): Promise<Results> {
    const jest = join(this.folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const told = join(this.folder, 'results.json');
    await rm(told, { force: true });
    const child = spawn(
      process.execPath,
      [jest, test, '--selectProjects', 'parts', '--json', `--outputFile=${told}`],
      { cwd: this.folder, stdio: 'ignore', env: { ...process.env, FORCE_COLOR: '0' } },
    );
    await once(child, 'close');
    if (!existsSync(told)) throw new Error(`jest has left no results of ${test}`);
    return JSON.parse(await readFile(told, 'utf8')) as Results;
  }
}

function isCode(path: string): boolean {
  return !['node_modules', 'dist', '.git', '.signalbox'].includes(basename(path));
}
