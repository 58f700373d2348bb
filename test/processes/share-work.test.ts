import { shareWork } from '../../processes/share-work';

interface Run {
  end(answer: string): void;
  fail(): void;
}

/** Work that ends when it is told to. */
function startSharing(): { readonly ask: () => Promise<string>; readonly runs: Run[] } {
  const runs: Run[] = [];
  const work = (): Promise<string> =>
    new Promise((resolve, reject) => {
      runs.push({ end: resolve, fail: () => reject(new Error('it is down')) });
    });
  return { ask: shareWork(work), runs };
}

/** Whatever follows at once has followed. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

it('is done once for all who ask together', async () => {
  const { ask, runs } = startSharing();
  const asked = [ask(), ask(), ask()];
  await settled();
  expect(runs).toHaveLength(1);
  runs[0]?.end('now');
  expect(await Promise.all(asked)).toEqual(['now', 'now', 'now']);
});

it('begins again for who asks while it is under way, once for all of them', async () => {
  const { ask, runs } = startSharing();
  const first = ask();
  await settled();
  const later = [ask(), ask()];
  await settled();
  expect(runs).toHaveLength(1);
  runs[0]?.end('before');
  expect(await first).toBe('before');
  await settled();
  expect(runs).toHaveLength(2);
  runs[1]?.end('after');
  expect(await Promise.all(later)).toEqual(['after', 'after']);
});

it('fails for those alone who shared the run that failed', async () => {
  const { ask, runs } = startSharing();
  const first = ask().catch((error: unknown) => String(error));
  await settled();
  const second = ask();
  runs[0]?.fail();
  expect(await first).toBe('Error: it is down');
  await settled();
  runs[1]?.end('up again');
  expect(await second).toBe('up again');
});
