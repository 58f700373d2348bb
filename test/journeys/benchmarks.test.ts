import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** What it times is measured elsewhere. How many events a patch writes depends on no machine. */
it('the benchmark of a patch comes to its end on both sides, has everything public, and writes no more events than it may', async () => {
  const program = resolve(__dirname, '../../dist/bench/one-patch.js');
  const environment = { ...process.env, SIGNALBOX_BENCH_ROUNDS: '1' };
  // It exits with 1 where a time misses its bound, too.
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env: environment }).catch(
    (error: { readonly stdout: string }) => error,
  );
  const [, ours, bare] =
    /\(a\) history events +ours ([\d.]+) events, bare ([\d.]+) events/.exec(stdout) ?? [];
  // Three versions of six tags and five packages, of three files each: however few events it writes, it has done everything.
  expect(stdout).toMatch(/\(a\) made public by ours +18 tags, 45 files of packages/);
  expect(Number(ours)).toBeLessThanOrEqual(1.5 * Number(bare));
});
