import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** What it times is measured elsewhere. How many events a patch writes depends on no machine. */
it('the benchmark of a patch comes to its end on both sides, and writes no more events than it may', async () => {
  const program = resolve(__dirname, '../../dist/bench/one-patch.js');
  const environment = { ...process.env, SIGNALBOX_BENCH_ROUNDS: '1' };
  // It exits with 1 where a time misses its bound, too.
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env: environment }).catch(
    (error: { readonly stdout: string }) => error,
  );
  const [, ours, bare] =
    /\(a\) history events +ours ([\d.]+) events, bare ([\d.]+) events/.exec(stdout) ?? [];
  // Several effects of one project are one activity of ours; a release that did less than half of it would be none.
  expect(Number(ours)).toBeGreaterThan(0.5 * Number(bare));
  expect(Number(ours)).toBeLessThanOrEqual(1.5 * Number(bare));
});
