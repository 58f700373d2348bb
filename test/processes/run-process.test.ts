import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { runProcess, type ProcessRun } from '../../processes/run-process';

function shell(script: string, more: Partial<ProcessRun> = {}): ProcessRun {
  return { program: 'sh', args: ['-c', script], env: process.env, ...more };
}

it('tells what a program said, on each of its outputs, and how it ended', async () => {
  const end = await runProcess(shell('cat; echo trouble >&2; exit 3', { input: 'given' }));

  expect(end).toEqual({ code: 3, out: Buffer.from('given'), err: Buffer.from('trouble\n') });
});

it('gives the program the folder and the environment that it is to have, and no other', async () => {
  const env = { PATH: process.env['PATH'], SEEN: 'yes', ABSENT: undefined };

  const { out } = await runProcess(
    shell('pwd; echo "$SEEN ${ABSENT-absent} ${HOME-absent}"', { cwd: '/', env }),
  );

  expect(out.toString()).toBe('/\nyes absent absent\n');
});

it('carries bytes as they are, however many', async () => {
  const input = Buffer.alloc(3_000_000, Buffer.from([0, 255, 10, 13, 128]));

  const { out } = await runProcess({ program: 'cat', args: [], env: process.env, input });

  expect(out.equals(input)).toBe(true);
});

it('runs many at once and mixes none up', async () => {
  const words = Array.from({ length: 30 }, (_, index) => `word ${index}`);

  const ends = await Promise.all(words.map((input) => runProcess({ ...shell('cat'), input })));

  expect(ends.map(({ out }) => out.toString())).toEqual(words);
});

it('hands the output on while the program runs, and ends the program when it is not wanted', async () => {
  const heard: string[] = [];
  const run = shell('echo first; exec sleep 60', {
    onOutput: (chunk) => {
      heard.push(chunk.toString());
      throw new Error('enough');
    },
  });

  await expect(runProcess(run)).rejects.toThrow('enough');

  expect(heard).toEqual(['first\n']);
});

it('gives and takes no faster than whoever is slowest', async () => {
  let given = 0;
  const input = Readable.from(
    (async function* (): AsyncGenerator<Buffer> {
      for (; given < 300; given += 1) yield Buffer.alloc(100_000, given);
    })(),
    { highWaterMark: 1 },
  );
  let open: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const heard: Buffer[] = [];
  const run = runProcess({
    ...shell('cat'),
    input,
    onOutput: async (chunk) => {
      heard.push(chunk);
      await opened;
    },
  });

  const others = await Promise.all(Array.from({ length: 30 }, () => runProcess(shell('echo on'))));
  const [before, early] = [given, heard.length];
  open?.();
  await run;

  expect(others.every(({ out }) => out.toString() === 'on\n')).toBe(true);
  expect(before).toBeLessThan(50);
  expect(early).toBeLessThanOrEqual(1);
  expect(Buffer.concat(heard)).toHaveLength(30_000_000);
});

async function* pieces(count: number): AsyncGenerator<Buffer> {
  for (let given = 0; given < count; given += 1) yield Buffer.alloc(100_000);
}

async function* breaking(): AsyncGenerator<string> {
  yield 'as far as it came';
  throw new Error('gone');
}

it('ends the input where a stream breaks off, and leaves a stream that is not wanted', async () => {
  const endless = Readable.from(pieces(Infinity));

  const broken = await runProcess(shell('cat', { input: Readable.from(breaking()) }));
  const early = await runProcess(shell('head -c 10 | wc -c', { input: endless }));

  expect(broken.out.toString()).toBe('as far as it came');
  expect(Number(early.out)).toBe(10);
  expect(endless.destroyed).toBe(false);
  endless.destroy();
});

it('ends a program when the signal comes, with the reason of the signal', async () => {
  const abort = new AbortController();
  const run = shell('echo on; exec sleep 60', {
    signal: abort.signal,
    onOutput: () => abort.abort(new Error('called off')),
  });

  await expect(runProcess(run)).rejects.toThrow('called off');
  await expect(runProcess(run)).rejects.toThrow('called off');
});

it('kills a whole group where that is wanted', async () => {
  const abort = new AbortController();
  const run = shell('sleep 60 & echo on; wait', {
    isGroup: true,
    signal: abort.signal,
    onOutput: () => abort.abort(new Error('called off')),
  });

  // It would be over only when the child closes its output too, in a minute.
  await expect(runProcess(run)).rejects.toThrow('called off');
});

it('says that there is no such program', async () => {
  await expect(runProcess({ program: 'no-such-program', args: [], env: process.env })).rejects.toThrow(
    'spawn no-such-program ENOENT',
  );
});

it('fails what the system refuses to start, and nothing else that runs', async () => {
  const abort = new AbortController();
  const beside = runProcess(shell('exec sleep 60', { signal: abort.signal }));
  const tooLong = shell(':', { args: ['x'.repeat(3_000_000)] });

  await expect(runProcess(tooLong)).rejects.toThrow('spawn E2BIG');

  expect((await runProcess(shell('echo on'))).out.toString()).toBe('on\n');
  abort.abort(new Error('called off'));
  await expect(beside).rejects.toThrow('called off');
});

it('listens to a signal for as long as a program runs, and no longer', async () => {
  const { signal } = new AbortController();

  await Promise.all(Array.from({ length: 15 }, () => runProcess(shell('true', { signal }))));

  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('fails what was running when the process that starts others is killed, and begins with another one', async () => {
  const starter = Number((await runProcess(shell('echo $PPID'))).out.toString());
  const lost = runProcess(shell('exec sleep 60'));

  process.kill(starter, 'SIGKILL');

  await expect(lost).rejects.toThrow('the process that starts others has ended');
  expect((await runProcess(shell('echo again'))).out.toString()).toBe('again\n');
});
