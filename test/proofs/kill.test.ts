import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../sandbox/seed/random';
import { BIN, runProgram } from '../support/run-program';
import { servicePid } from '../support/service-pid';
import { until } from '../support/until';

const VICTIMS = ['worker', 'temporal', 'gateway', 'postgres', 'sandbox'] as const;
/** Shorter than the story (26 s from the start of both releases on an idle machine): the moments fall while releases are in flight. */
const EARLIEST_MS = 500;
const LATEST_MS = 22_000;
const STORY_MS = 8 * 60_000;

type Victim = (typeof VICTIMS)[number];

interface Moment {
  readonly seed: number;
  readonly victim: Victim;
  readonly afterMs: number;
}

/** The victim and the moment of each proof, from its seed alone: seeds in a row kill each process in turn. */
function moments(count: number, firstSeed: number): readonly Moment[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = firstSeed + index;
    // Seeds that follow one another begin alike; multiplied (by Knuth's constant) they do not.
    const random = seededRandom(Math.imul(seed, 2_654_435_761));
    return {
      seed,
      victim: VICTIMS[seed % VICTIMS.length] ?? 'worker',
      afterMs: random.between(EARLIEST_MS, LATEST_MS),
    };
  });
}

interface Story {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number>;
}

function tellStory(home: string): Story {
  const told: string[] = [];
  const child = spawn(join(BIN, 'signalbox'), ['demo', '--exit', '--verify', '--json'], {
    env: { ...process.env, SIGNALBOX_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => told.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => told.push(chunk.toString()));
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : 1));
  return { process: child, output: () => told.join(''), ended };
}

function summaryOf(output: string): { verified: boolean; releases: { kind: string; state: string }[] } {
  const last = output.split('\n').findLast((line) => line.startsWith('{"releases"'));
  if (last === undefined) throw new Error(`the story has no end:\n${output.slice(-3000)}`);
  return JSON.parse(last);
}

/** What the independent checker says is wrong, so that a failure tells where to look. */
function foundWrong(output: string): readonly string[] {
  return output.split('\n').filter((line) => line.startsWith('wrong '));
}

async function begun(story: Story): Promise<void> {
  await until(
    'both releases to be started',
    () => story.output().includes('patch:1') && story.output().includes('monthly:'),
    STORY_MS,
  );
}

const count = Number(process.env['SIGNALBOX_PROOF_MOMENTS'] ?? 3);
const firstSeed = Number(process.env['SIGNALBOX_PROOF_SEED'] ?? 1);

describe('a process is killed in the middle, and the same command is given again', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'signalbox-proof-'));
  });
  afterEach(async () => {
    await runProgram(join(BIN, 'signalbox'), ['down'], { SIGNALBOX_HOME: home });
    await rm(home, { recursive: true, force: true });
  });

  it.each(moments(count, firstSeed))(
    'seed $seed: $victim dies $afterMs ms into the story; both releases publish, nothing twice, nothing missing',
    async ({ victim, afterMs }) => {
      const first = tellStory(home);
      await begun(first);
      const killAt = performance.now() + afterMs;
      await until(
        'the moment',
        () => performance.now() >= killAt || first.process.exitCode !== null,
        afterMs + 5_000,
      );
      process.kill(servicePid(home, victim), 'SIGKILL');
      const unfinished = first.process.exitCode === null;
      first.process.kill('SIGKILL');
      await first.ended;

      const second = tellStory(home);
      const code = await second.ended;
      const summary = summaryOf(second.output());

      expect(unfinished).toBe(true);
      expect(summary.releases.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
        'monthly published',
        'patch published',
      ]);
      expect({ verified: summary.verified, wrong: foundWrong(second.output()) }).toEqual({
        verified: true,
        wrong: [],
      });
      expect(code).toBe(0);
    },
    STORY_MS,
  );
});
