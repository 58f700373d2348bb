import { report, startBenchHouse } from './bench-house';
import { startBare, startOurs } from './releases';
import { startWorkers } from './workers';

const PATCHES = 50;
const VERSIONS = 3;

/** (b) Fifty patches over 150 minors at once on one worker, against the bare loop at the same concurrency. */
async function main(): Promise<void> {
  const minors = Array.from({ length: PATCHES * VERSIONS }, (_, index) => `18.${index}`);
  const house = await startBenchHouse();
  const workers = await startWorkers(house, minors);
  const throughput = { bare: 0, ours: 0 };
  for (const side of ['bare', 'ours'] as const) {
    const began = performance.now();
    const patches = Array.from({ length: PATCHES }, async (_, index) => {
      const three = minors.slice(index * VERSIONS, (index + 1) * VERSIONS);
      const handle =
        side === 'ours' ? await startOurs(house, workers, three) : await startBare(house, workers, VERSIONS);
      await handle.result();
    });
    await Promise.all(patches);
    throughput[side] = PATCHES / ((performance.now() - began) / 60_000);
  }
  report({
    what: `(b) ${PATCHES} patches at once`,
    unit: 'patches/min',
    ours: throughput.ours,
    peer: throughput.bare,
    bound: { atLeast: 0.7 },
  });
  process.stdout.write(
    `${'(b) memory of the worker'.padEnd(38)} ${Math.round(process.memoryUsage().rss / 1_000_000)} MB\n`,
  );
  await workers.stop();
  await house.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
