import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutFolder } from '../services/home';
import { startPostgres, stopPostgres } from '../services/postgres';
import { startTemporal, stopTemporal } from '../services/temporal';
import { median } from './bench-house';

const ROUNDS = 5;
/** What a person waits for at most. */
const BOUND_MS = 15_000;

/** (c) A second start of `signalbox up`, against the bare servers' own start on the same data. */
async function main(): Promise<void> {
  const ours = await timesOf(async (home) => {
    await signalbox(home, 'up');
    return () => signalbox(home, 'down');
  });
  const bare = await timesOf(async (home) => {
    await Promise.all([
      startPostgres({ home, passwordFile: join(home, 'password'), logFile: join(home, 'postgres.log') }),
      startTemporal({ home, logFile: join(home, 'temporal.log') }),
    ]);
    return async () => {
      await Promise.all([stopPostgres(home), stopTemporal(home)]);
    };
  });
  const holds = ours <= BOUND_MS;
  if (!holds) process.exitCode = 1;
  const text = `ours ${ours.toFixed(0)} ms, bare ${bare.toFixed(0)} ms, ratio ${(ours / bare).toFixed(2)} (ours at most ${BOUND_MS} ms) ${holds ? 'ok' : 'MISSED'}`;
  process.stdout.write(`${'(c) second start, median of 5'.padEnd(38)} ${text}\n`);
}

/** @param start answers how to stop again */
async function timesOf(start: (home: string) => Promise<() => Promise<void>>): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  chmodSync(home, 0o755);
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now();
    const stop = await start(home);
    // The first start sets up.
    if (round > 0) times.push(performance.now() - began);
    await stop();
  }
  await rm(home, { recursive: true, force: true });
  return median(times);
}

async function signalbox(home: string, command: string): Promise<void> {
  const child = spawn(join(checkoutFolder(), 'bin', 'signalbox'), [command], {
    env: { ...process.env, SIGNALBOX_HOME: home },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`signalbox ${command} ended with ${code}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
