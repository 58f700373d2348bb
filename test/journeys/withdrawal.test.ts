import type { WorkflowHandle } from '@temporalio/client';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { until } from '../support/until';
import { statusOf, STORY_MS, waitsForApproval } from './following';

const REASON = 'It forgets every second password.';

let house: ReleaseHouse;

beforeAll(async () => {
  house = await startReleaseHouse();
}, 60_000);
afterAll(() => house.end(), 60_000);

async function published(): Promise<WorkflowHandle> {
  const patch = await house.startPatch(['18.6']);
  await waitsForApproval(patch);
  await house.decide(patch, 'approve', { before: 'published' });
  await patch.result();
  return patch;
}

it(
  'takes a published version out of use, tells it wherever the version is found, and starts what follows it',
  async () => {
    const { records, settings } = house;
    const gitlab = connectGitLab(house.gitlab);
    const patch = await published();
    const project = 'gitlab-org/gitlab';
    const page = await gitlab.releaseText({ project, tag: 'v18.6.2-ee' });
    const listed = await records.inclusions.ofVersion({ version: '18.6.2', project: 'gitlab' });

    const withdrawal = await house.startWithdrawal('18.6.2', patch.workflowId);
    const { sentence } = await house.decide(withdrawal, 'withdraw', { reason: REASON });
    await withdrawal.result();

    const row = await records.versions.find({ number: '18.6.2' });
    expect(row).toMatchObject({ state: 'withdrawn', reason: REASON });
    const successor = (await records.releases.findByRequestKey('withdrawal:18.6.2'))?.id ?? '';
    expect(sentence).toContain(`18.6.2 is withdrawn. ${successor} brings its successor`);
    const told = `Do not install 18.6.2. ${REASON} The version that follows it comes with ${successor}.`;
    expect(await gitlab.releaseText({ project, tag: 'v18.6.2-ee' })).toBe(
      `> **Withdrawn.** ${told}\n\n${page}`,
    );
    expect(await gitlab.findTag({ project, tag: 'v18.6.2-ee' })).toBeDefined();
    const { packages } = await records.artifacts.ofRelease(patch.workflowId);
    const places = new Set(packages.map(({ project: of, name, version }) => `${of} ${name} ${version}`));
    expect(places.size).toBeGreaterThan(0);
    for (const place of places) {
      const [of = '', name = '', version = ''] = place.split(' ');
      const { canonical } = house.project(of).repositories;
      const files = (await gitlab.storedFiles({ project: canonical, name, version })).map(
        (file) => file.name,
      );
      expect(files).toEqual(expect.arrayContaining(['WITHDRAWN.md', 'manifest.json']));
    }

    // What was wrong is mended first; then the successor closes, on what came before the version that is gone.
    const next = house.handleOf(successor);
    const waiting = await waitsForApproval(next);
    expect(waiting.waitingFor?.sentence).toContain('approval of closed is missing');
    await house.decide(next, 'approve', { before: 'closed' });
    const closed = await until(
      'the successor to have its number',
      async () => {
        const status = await statusOf(next);
        if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
        return status.versions.length > 0 && status;
      },
      STORY_MS,
    );
    expect(closed.versions.map(({ version }) => version)).toEqual(['18.6.3']);
    const carried = await records.inclusions.ofVersion({ version: '18.6.3', project: 'gitlab' });
    expect(carried.map(({ mergeRequest }) => mergeRequest)).toEqual(
      listed.map(({ mergeRequest }) => mergeRequest),
    );
    expect(settings.approvals.some(({ before }) => before === 'closed')).toBe(false);
    await house.decide(next, 'abort');
    await next.result();
  },
  STORY_MS,
);
