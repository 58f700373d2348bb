import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '../../sandbox/gitlab/faults';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { STORY_MS, statusOf, waitsForApproval } from './following';

const root = resolve(__dirname, '..', '..');
const run = promisify(execFile);

/** Everything that a network and a GitLab under load do. Webhooks are dropped without exception: nobody delivers any here. */
const FAULTS: readonly Fault[] = [
  { match: 'git-upload-pack', kind: 'status', status: 502, times: 6 },
  { match: 'POST .*/git-receive-pack', kind: 'lost-response', times: 8 },
  { match: 'POST .*/git-receive-pack', kind: 'status', status: 503, times: 4 },
  { match: 'GET .*/deployments', kind: 'rate-limit', retryAfter: 1, times: 2 },
  { match: 'POST .*/issues', kind: 'lost-response', times: 2 },
  { match: 'GET .*/issues', kind: 'status', status: 500, times: 1 },
  { match: 'PUT .*/packages/', kind: 'lost-response', times: 8 },
  { match: 'PUT .*/packages/', kind: 'status', times: 3 },
  { match: 'GET .*/packages', kind: 'rate-limit', retryAfter: 1, times: 4 },
  { match: 'GET .*/pipelines', kind: 'latency', delayMs: 400, times: 8 },
  { match: 'GET .*/pipelines', kind: 'status', status: 500, times: 6 },
  { match: 'POST .*/notes', kind: 'lost-response', times: 8 },
  { match: 'POST .*/releases', kind: 'lost-response', times: 6 },
  { match: 'job version', kind: 'fail-job', times: 2 },
];

/** The independent checker, with what the two releases have to leave behind. */
async function verify({ gitlab }: ReleaseHouse): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-faults-'));
  const token = join(folder, 'token');
  try {
    await writeFile(token, gitlab.token);
    const expectation = join(root, 'bin', 'demo-expectation.json');
    const args = ['--gitlab', gitlab.url, '--token-file', token, '--expect', expectation];
    return await run(join(root, 'bin', 'verify-release'), args).then(
      ({ stdout }) => stdout,
      (error: Error & { stderr?: string }) => error.stderr ?? error.message,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('two releases on a GitLab that fails all the time', () => {
  let house: ReleaseHouse;

  beforeAll(async () => {
    house = await startReleaseHouse();
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  it(
    'are published, nothing twice, nothing missing',
    async () => {
      for (const fault of FAULTS) house.gitlab.arm(fault);
      const monthly = await house.startMonthly('18.7');
      const patch = await house.startPatch(['18.6', '18.5', '18.4']);
      await Promise.all([waitsForApproval(monthly), waitsForApproval(patch)]);

      await Promise.all([
        house.decide(monthly, 'approve', { before: 'published' }),
        house.decide(patch, 'approve', { before: 'published' }),
      ]);
      await Promise.all([monthly.result(), patch.result()]);
      const ends = await Promise.all([statusOf(monthly), statusOf(patch)]);

      expect(house.gitlab.instance.faults.list()).toEqual([]);
      expect(ends.map(({ state }) => state)).toEqual(['finalised', 'finalised']);
      expect(await verify(house)).toMatch(/^\d{3,} checks by git, tar and sha256sum, 0 wrong\n$/);
      const id = encodeURIComponent('gitlab-org/charts');
      const { body } = await house.gitlab.request<{ state: string }[]>('GET', `/projects/${id}/issues`);
      expect(body.map(({ state }) => state)).toEqual(['closed', 'closed']);
    },
    STORY_MS,
  );
});
