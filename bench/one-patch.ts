import { historyEvents, installRuntime, median, report, startBenchHouse } from './bench-house';
import { madePublic, startBare, startOurs } from './releases';
import { startWorkers } from './workers';

/** Fewer where it is only seen to that the benchmark comes to its end. */
const ROUNDS = Number(process.env['SIGNALBOX_BENCH_ROUNDS'] ?? 5);

/** (a) A patch of three versions over five projects, when every outside call is instant, against bare Temporal. */
async function main(): Promise<void> {
  const minors = Array.from({ length: (ROUNDS + 1) * 3 }, (_, index) => `18.${index}`);
  installRuntime();
  const house = await startBenchHouse();
  const workers = await startWorkers(house, minors);
  const times = { ours: [] as number[], bare: [] as number[] };
  const events = { ours: 0, bare: 0 };
  let made = { tags: 0, packageFiles: 0 };
  for (let round = 0; round <= ROUNDS; round++) {
    const three = minors.slice(round * 3, round * 3 + 3);
    for (const side of ['ours', 'bare'] as const) {
      const began = performance.now();
      const handle =
        side === 'ours'
          ? await startOurs(house, workers, three)
          : await startBare(house, workers, three.length);
      await handle.result();
      // The first round warms both sides up.
      if (round > 0) times[side].push(performance.now() - began);
      events[side] = await historyEvents(house.client, handle);
      if (side === 'ours') made = await madePublic(house, handle);
    }
  }
  report({
    what: `(a) wall time of a patch, median of ${ROUNDS}`,
    unit: 'ms',
    ours: median(times.ours),
    peer: median(times.bare),
    bound: { atMost: 1.5 },
  });
  report({
    what: '(a) history events',
    unit: 'events',
    ours: events.ours,
    peer: events.bare,
    bound: { atMost: 1.5 },
  });
  process.stdout.write(
    `${'(a) made public by ours'.padEnd(38)} ${made.tags} tags, ${made.packageFiles} files of packages\n`,
  );
  await workers.stop();
  await house.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
