import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { commitTree } from '../../../activities/git/compose-version';
import { openMirrors, type Mirror } from '../../../activities/git/mirror';
import { publicStoreAt } from '../../../activities/git/public-store';
import { until } from '../../support/until';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;
let mirror: Mirror;

beforeAll(async () => {
  world = await startOutsideWorld();
  mirror = world.mirrorOf(world.project('gitaly'));
}, 60_000);
afterAll(() => world.end());

it.each<[string, () => Promise<unknown>]>([
  ['a fetch', () => mirror.fetch('canonical')],
  ['a fresh clone', () => mirror.freshClone()],
])('goes on with %s for those who share it when the one who asked first is cancelled', async (_what, ask) => {
  const [first, second] = [new MockActivityEnvironment(), new MockActivityEnvironment()];
  const asked = Promise.allSettled([first.run(ask), second.run(ask)]);

  first.cancel();

  expect(await asked).toMatchObject([
    { status: 'rejected', reason: expect.any(CancelledFailure) },
    { status: 'fulfilled' },
  ]);
});

it('fetches canonical once for a fresh clone and for whoever asks while security is fetched for that', async () => {
  const remote = jest.spyOn(mirror, 'remote');

  const clones = [mirror.freshClone(), mirror.freshClone()];
  await until('security to be asked', () => remote.mock.calls.length > 0);
  await Promise.all([...clones, mirror.fetch('canonical')]);

  const asked = remote.mock.calls.map(([args]) => args.find((arg) => arg.startsWith('http')));
  remote.mockRestore();
  expect(asked).toEqual([mirror.urlOf('security'), mirror.urlOf('canonical')]);
});

function isPacked(directory: string): boolean {
  return existsSync(join(directory, 'packed-refs'));
}

function toldOf(lock: string): string {
  return `echo "Unable to create '${lock}': File exists." >&2; exit 1`;
}

describe('the refs of a mirror and of its public store', () => {
  let folder: string;
  let fresh: Mirror;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signalbox-packed-'));
    const { url, token } = world.gitlab;
    fresh = openMirrors({ folder, url, token })(world.project('gitaly'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are in one file each from the first clone on', async () => {
    await fresh.freshClone();

    expect([fresh.directory, fresh.publicDirectory].map(isPacked)).toEqual([true, true]);
  });

  it('are packed another time where another process is at it', async () => {
    await fresh.git(['init', '--bare', '--quiet', fresh.publicDirectory]);
    const lock = join(fresh.publicDirectory, 'packed-refs.lock');
    await writeFile(lock, '');
    await fresh.fetch('canonical');
    // It is young, and may be held.
    await rm(lock);
    expect(isPacked(fresh.publicDirectory)).toBe(false);

    for (let fetches = 1; fetches <= 16; fetches++) await fresh.fetch('canonical');

    expect(isPacked(fresh.publicDirectory)).toBe(true);
  });

  it.each([
    ['the packed refs', 'packed-refs.lock'],
    ['a ref that is gone by now', 'refs/sides/canonical/heads/gone.lock'],
  ])('are brought level past the lock of %s that a killed git has left long ago', async (_what, lock) => {
    const [master, gone] = ['refs/heads/master', 'refs/heads/gone'];
    await fresh.fetch('canonical');
    const push = (spec: string) => fresh.remote(['push', '--quiet', fresh.urlOf('canonical'), spec]);
    await push(`refs/sides/canonical/heads/master:${gone}`);
    await fresh.fetch('canonical');
    const path = join(fresh.directory, lock);
    await writeFile(path, '');
    await utimes(path, 0, Date.now() / 1000 - 11 * 60);
    await push(`:${gone}`);

    await fresh.fetch('canonical');

    const refs = await fresh.names('canonical', 'heads');
    expect(refs).toContain(master.slice('refs/heads/'.length));
    expect(refs).not.toContain('gone');
  });

  it('wait for a lock that may be held, and touch none that is not theirs', async () => {
    await fresh.fetch('canonical');
    const lock = join(folder, 'elsewhere.lock');
    await writeFile(lock, '');
    await utimes(lock, 0, 0);
    const young = join(fresh.directory, 'young.lock');
    await writeFile(young, '');

    for (const path of [lock, young, join(fresh.directory, '..', 'elsewhere.lock')])
      await expect(fresh.git(['-c', toldOf(path)], { program: 'sh' })).rejects.toThrow('File exists');

    expect([lock, young].map((path) => existsSync(path))).toEqual([true, true]);
  });
});

it('ends what a shell has started when its activity is cancelled', async () => {
  const activity = new MockActivityEnvironment();
  const started = join(mirror.publicDirectory, 'started');
  const script = 'touch "$1"; sleep 60; echo on';
  const run = activity.run(() => mirror.git(['-c', script, 'sh', started], { program: 'sh' }));
  await until('the shell', () => existsSync(started));

  activity.cancel();

  // It would be over only when what it has started closes its output too, in a minute.
  await expect(run).rejects.toThrow(CancelledFailure);
});

it('has in the public store whatever it has seen on canonical, though it looked at a few refs alone', async () => {
  await mirror.fetch('canonical');
  const master = 'refs/sides/canonical/heads/master';
  const commit = await commitTree(mirror, {
    tree: (await mirror.git(['rev-parse', `${master}^{tree}`])).trim(),
    parents: [(await mirror.git(['rev-parse', master])).trim()],
    message: 'News\n',
    at: '2026-11-10T08:00:00.000Z',
  });
  const branch = 'refs/heads/once';
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), `${commit}:${branch}`]);

  await mirror.fetchRefs('canonical', [branch]);
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), `:${branch}`]);
  await mirror.fetch('canonical');

  expect(await publicStoreAt(mirror.publicDirectory).has([commit])).toEqual(new Set([commit]));
});
