import { installRuntime, median, report, startBenchHouse } from './bench-house';
import { madePublic, startBare, startOurs } from './releases';
import { startWorkers } from './workers';

const PATCHES = 50;
const VERSIONS = 3;
/** The speed of a machine differs by a tenth from one minute to the next, so the sides take turns. */
const ROUNDS = 5;

type Side = 'bare' | 'ours';

/** (b) Fifty patches over 150 minors at once on one worker, against the bare loop at the same concurrency. */
async function main(): Promise<void> {
  installRuntime();
  const throughputs = { bare: [] as number[], ours: [] as number[] };
  let megabytes = 0;
  for (let round = 0; round < ROUNDS; round++)
    for (const side of ['bare', 'ours'] as const) {
      const throughput = await throughputOf(side);
      throughputs[side].push(throughput);
      process.stderr.write(
        `round ${round + 1} of ${ROUNDS}, ${side}: ${throughput.toFixed(1)} patches/min\n`,
      );
      if (side === 'ours' && round === 0) megabytes = memoryMegabytes();
    }
  report({
    what: `(b) ${PATCHES} patches at once, median of ${ROUNDS}`,
    unit: 'patches/min',
    ours: median(throughputs.ours),
    peer: median(throughputs.bare),
    bound: { atLeast: 0.7 },
  });
  process.stdout.write(`${'(b) memory of the worker'.padEnd(38)} ${megabytes} MB\n`);
}

/** Of the process that both sides have run in once. */
function memoryMegabytes(): number {
  return Math.round(process.memoryUsage().rss / 1_000_000);
}

/** Each side has servers of its own: what one leaves behind, histories and timers, must not slow the other. */
async function throughputOf(side: Side): Promise<number> {
  const minors = Array.from({ length: PATCHES * VERSIONS }, (_, index) => `18.${index}`);
  const house = await startBenchHouse();
  const workers = await startWorkers(house, minors);
  const began = performance.now();
  const patches = Array.from({ length: PATCHES }, async (_, index) => {
    const three = minors.slice(index * VERSIONS, (index + 1) * VERSIONS);
    const handle =
      side === 'ours' ? await startOurs(house, workers, three) : await startBare(house, workers, VERSIONS);
    await handle.result();
    return handle;
  });
  const finished = await Promise.all(patches);
  const throughput = PATCHES / ((performance.now() - began) / 60_000);
  if (side === 'ours') await Promise.all(finished.map((handle) => madePublic(house, handle)));
  await workers.stop();
  await house.end();
  return throughput;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
