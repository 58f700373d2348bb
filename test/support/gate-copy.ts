import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { catchersOf } from './gate-catchers';
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
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const LATE_WORLD = /Exceeded timeout of \d+ ms for a hook/;

/** A file of tests, or the only one of them that is run. */
export interface TestRun {
  readonly file: string;
  readonly only?: string;
}

/** How a fault was seen. */
export interface Fall {
  readonly run: TestRun;
  readonly test: string;
}

/** A copy of the house in which the gate's tests run over a part that was changed. */
export class GateCopy {
  private constructor(private readonly folder: string) {}

  static async of(root: string): Promise<GateCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-gate-calls-'));
    await cp(root, folder, { recursive: true, filter: isCode });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new GateCopy(folder);
  }

  /**
   * The first test that fails with the fault planted, of the gate's own and those of the file beside it. One that is known
   * to is asked first.
   *
   * @throws where one cannot be run: a copy that does not work at all finds nothing
   */
  async firstFallen(fault: GateFault): Promise<Fall | undefined> {
    const path = join(this.folder, fault.file);
    const whole = await readFile(path, 'utf8');
    await writeFile(path, fault.content);
    try {
      return await this.fallenAmong(this.runsFor(fault), fault.name);
    } finally {
      await writeFile(path, whole);
    }
  }

  /** @throws where a run in which a test has fallen fails with nothing changed, or passes nothing */
  async passWhole(run: TestRun): Promise<void> {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = await this.run(run);
    if (numPassedTests === 0 || numFailedTests + numRuntimeErrorTestSuites > 0)
      throw new Error(`${run.file} fails with nothing changed:\n${testResults[0]?.message}`);
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async fallenAmong(runs: readonly TestRun[], name: string): Promise<Fall | undefined> {
    for (const run of runs) {
      const { numFailedTests, numRuntimeErrorTestSuites, testResults } = await this.run(run);
      const [result] = testResults;
      const fallen = result?.assertionResults.find(({ status }) => status === 'failed');
      // A world that was not there in time says nothing of the part: the machine was too busy.
      const isLate = fallen?.failureMessages.some((message) => LATE_WORLD.test(message)) === true;
      if (numRuntimeErrorTestSuites > 0 || isLate)
        throw new Error(`${run.file} could not be run with ${name}:\n${result?.message}`);
      if (numFailedTests > 0) return { run, test: fallen?.fullName ?? '' };
    }
    return undefined;
  }

  private runsFor({ part, file }: GateFault): readonly TestRun[] {
    const files = this.testsOf(file);
    const known = catchersOf(part).filter((catcher) => files.includes(catcher.file));
    return [
      ...known.map((catcher) => ({ file: catcher.file, only: catcher.test })),
      ...files.map((whole) => ({ file: whole })),
    ];
  }

  private testsOf(file: string): readonly string[] {
    const beside = `test/${file.replace(/\.ts$/, '.test.ts')}`;
    const own = existsSync(join(this.folder, beside)) && !TESTS.includes(beside) ? [beside] : [];
    const isText = !file.startsWith('activities/git/') && !file.startsWith('domain/');
    return [...own, ...(isText ? TESTS.toReversed() : TESTS)];
  }

  private async run({ file, only }: TestRun): Promise<Results> {
    const jest = join(this.folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const environment = join(this.folder, 'test', 'support', 'until-first-failure.ts');
    const told = join(this.folder, 'results.json');
    await rm(told, { force: true });
    const args = [jest, file, '--selectProjects', 'parts', '--json', `--outputFile=${told}`];
    // Where a world fails to start, what it has started would keep jest from ending.
    args.push('--forceExit', `--testEnvironment=${environment}`);
    if (only !== undefined) args.push(`--testNamePattern=^${literally(only)}$`);
    const env = { ...process.env, FORCE_COLOR: '0' };
    const child = spawn(process.execPath, args, { cwd: this.folder, stdio: 'ignore', env });
    await once(child, 'close');
    if (!existsSync(told)) throw new Error(`jest has left no results of ${file}`);
    return JSON.parse(await readFile(told, 'utf8')) as Results;
  }
}

function isCode(path: string): boolean {
  return !['node_modules', 'dist', '.git', '.signalbox'].includes(basename(path));
}

function literally(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
