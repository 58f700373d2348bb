import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseEffects } from '../../activities/effects';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { mirrorSettings } from '../../config/mirror-settings';
import type { MirrorStatus } from '../../domain/mirror/mirror-status';
import { nextPatch } from '../../domain/version/number';
import type { Engine } from '../../engine/connect';
import { findProject } from '../../sandbox/gitlab/instance';
import { addHook, PUSHES } from '../../sandbox/seed/apply';
import { startMirror } from '../../starters/start-mirror';
import { KEYS, sandboxConfiguration, startGateway, WEBHOOK } from '../gateway/test-gateway';
import { aLatch } from '../support/latch';
import { startMirrorWorkers } from '../support/mirror-workers';
import { ownEngine } from '../support/own-namespace';
import { beQuiet } from '../support/quiet-runtime';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { plantSecretFix, plantTopic } from '../support/secret-fix';
import { until } from '../support/until';
import { cloneOf, remoteOf } from '../support/work-tree';
import { objectsIn, repositoryAt, SMALL_PRODUCT, STORY_MS, statusOf, waitsForApproval } from './following';

const FIX = { project: 'gitaly', path: 'escape.rb', content: 'escaped' };

/** So long that only a webhook can be what was quick. */
const LOOK_EVERY_MS = 60 * 60_000;
const SOON_MS = 15_000;

let house: ReleaseHouse;
let mirror: WatchedMirror;
/** Whose tagging of gitlab stands still. */
const standing = new Map<string, ReturnType<typeof aLatch>>();

function standingStill(effects: ReleaseEffects): ReleaseEffects {
  return {
    ...effects,
    tagProject: async (input) => {
      if (input.project.name === 'gitlab') await standing.get(input.release)?.wait();
      return effects.tagProject(input);
    },
  };
}

beforeAll(async () => {
  beQuiet();
  const engine = await ownEngine(KEYS);
  house = await startReleaseHouse({
    settings: SMALL_PRODUCT,
    effects: standingStill,
    engine,
  });
  mirror = await startMirrorOfGitaly(engine);
}, 60_000);
afterAll(async () => {
  await mirror?.end();
  await house?.end();
}, 60_000);

interface WatchedMirror {
  status(): Promise<MirrorStatus>;
  end(): Promise<void>;
}

/** Told of pushes by GitLab's webhooks, which reach a real gateway. */
async function startMirrorOfGitaly(engine: Engine): Promise<WatchedMirror> {
  const { gitlab, records, mirrorOf } = house;
  const outside = { records, gitlab: connectGitLab(gitlab), mirrorOf };
  const stopWorkers = await startMirrorWorkers(engine, outside);
  const [settings] = mirrorSettings(sandboxConfiguration(), { gatewayKeys: [] });
  if (settings === undefined) throw new Error('gitaly is configured');
  const mirrors = [{ ...settings, lookEveryMs: LOOK_EVERY_MS }];
  const gateway = await startGateway({ records, client: engine.client, mirrors });
  const url = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/gitlab`;
  const canonical = findProject(gitlab.instance, 'gitlab-org/gitaly');
  if (canonical === undefined) throw new Error('gitaly is planted');
  addHook(gitlab.instance, canonical, {
    url,
    token: WEBHOOK.token,
    signingToken: WEBHOOK.key,
    events: PUSHES,
  });
  await startMirror(engine.client, mirrors[0] ?? settings);
  return {
    status: async () => (await gateway.ask({ url: '/api/v1/mirrors/gitaly' })).json(),
    end: async () => {
      await gateway.end();
      await stopWorkers();
    },
  };
}

async function published(handle: WorkflowHandle): Promise<readonly string[]> {
  await waitsForApproval(handle);
  await house.decide(handle, 'approve', { before: 'published' });
  await handle.result();
  const { state, versions } = await statusOf(handle);
  expect(state).toBe('finalised');
  expect(versions.map(({ reached }) => reached)).toEqual(versions.map(() => 'published'));
  return versions.map(({ version }) => version);
}

async function hasTag(path: string, tag: string): Promise<boolean> {
  return (await repositoryAt(house, path).resolve(`refs/tags/${tag}`)) !== undefined;
}

/** Whether somebody who has the later tag has everything of the earlier one. */
async function contains(path: string, { later, earlier }: { later: string; earlier: string }) {
  const missing = await repositoryAt(house, path).git(['rev-list', '--max-count=1', earlier, '--not', later]);
  return missing === '';
}

it(
  'a critical patch overtakes a planned one that is half tagged; both publish, and neither waits for the other',
  async () => {
    const latch = aLatch();
    const planned = await house.startPatch(['18.6', '18.5']);
    standing.set(planned.workflowId, latch);
    await until('gitaly to be tagged for the planned one', () =>
      hasTag('gitlab-org/security/gitaly', 'v18.6.2'),
    );

    const critical = await house.startPatch(['18.6', '18.5'], 'critical');
    const first = await published(critical);
    const halfTagged = await Promise.all([
      hasTag('gitlab-org/security/gitaly', 'v18.6.2'),
      hasTag('gitlab-org/security/gitlab', 'v18.6.2-ee'),
    ]);
    latch.open();
    const second = await published(planned);

    expect(first).toEqual(['18.6.3', '18.5.5']);
    expect(halfTagged).toEqual([true, false]);
    expect(second).toEqual(['18.6.4', '18.5.6']);
    expect(await contains('gitlab-org/gitaly', { later: 'v18.6.4', earlier: 'v18.6.3' })).toBe(true);
    expect(await contains('gitlab-org/gitlab', { later: 'v18.5.6-ee', earlier: 'v18.5.5-ee' })).toBe(true);
    expect(await hasTag('gitlab-org/gitaly', 'v18.6.2')).toBe(false);
    const numbers = await house.records.versions.ofRelease(planned.workflowId);
    expect(numbers.filter(({ state }) => state === 'burned').map(({ number }) => number)).toEqual([
      '18.5.4',
      '18.6.2',
    ]);
  },
  STORY_MS,
);

it(
  'a monthly is tagged and published while a security patch is pending, and shows nothing of it; then the patch is',
  async () => {
    const fix = await plantSecretFix(house, {
      ...FIX,
      code: 'k3v9x0q2ab',
      lines: ['default', '18.6', '18.5'],
    });
    const pending = await house.startPatch(['18.6', '18.5']);
    await waitsForApproval(pending);

    const monthly = await published(await house.startMonthly('18.7'));
    const shownByMonthly = await objectsIn(repositoryAt(house, 'gitlab-org/gitaly'), fix.objects);
    // 18.7 is out, so the patch has a version of it too. It has the hole: disclosed without it, the fix would tell of it.
    const uncovered = await published(pending);
    const shownByPatch = await objectsIn(repositoryAt(house, 'gitlab-org/gitaly'), fix.objects);
    const embargo = fix.embargo.id;
    await plantTopic(house, { ...FIX, embargo, line: '18.7' });
    const covered = await published(await house.startPatch(['18.7', '18.6']));

    expect(await objectsIn(repositoryAt(house, 'gitlab-org/security/gitaly'), fix.objects)).toEqual(
      fix.objects,
    );
    expect(monthly).toEqual(['18.7.0-rc42', '18.7.0']);
    expect(shownByMonthly).toEqual([]);
    expect(uncovered).toEqual(['18.7.1', '18.6.6', '18.5.8']);
    expect(shownByPatch).toEqual([]);
    expect(covered).toEqual(['18.7.2', '18.6.7']);
    expect(await repositoryAt(house, 'gitlab-org/gitaly').git(['show', 'v18.7.2:escape.rb'])).toBe(
      'escaped on 18.7\n',
    );
    expect(await repositoryAt(house, 'gitlab-org/gitaly').git(['show', 'master:escape.rb'])).toBe(
      'escaped on default\n',
    );
    expect((await house.records.embargoes.find(embargo))?.state).toBe('disclosed');
  },
  STORY_MS,
);

it(
  'a tag made by hand is found in seconds as one task; other releases go on, and its own gets another number',
  async () => {
    const patch = await house.startPatch(['18.6', '18.5']);
    const [first = '', second = ''] = (await waitsForApproval(patch)).versions.map(({ version }) => version);
    const canonical = repositoryAt(house, 'gitlab-org/gitaly');
    const clone = await cloneOf(remoteOf(house.gitlab, 'gitlab-org/gitaly', house.gitlab.token));
    await clone.git('tag', '-a', '-m', 'By hand', `v${second}`, 'origin/18-5-stable');
    await clone.git('push', '--quiet', 'origin', `v${second}`);
    const byHand = await canonical.resolve(`refs/tags/v${second}`);

    const { differing } = await until(
      'the task',
      async () => {
        const told = await mirror.status();
        return told.differing.some(({ task }) => task !== undefined) && told;
      },
      SOON_MS,
    );
    const other = await published(await house.startPatch(['18.6']));
    const own = await published(patch);
    await clone.end();

    expect(differing.map(({ ref, state }) => `${ref} ${state}`)).toEqual([`refs/tags/v${second} collision`]);
    expect(differing[0]?.sentence).toContain(patch.workflowId);
    expect(other).toEqual([nextPatch(first)]);
    expect(own).toEqual([nextPatch(nextPatch(first)), nextPatch(second)]);
    expect(await canonical.resolve(`refs/tags/v${second}`)).toBe(byHand);
    expect(await hasTag('gitlab-org/gitlab', `v${second}-ee`)).toBe(false);
    const numbers = await house.records.versions.ofRelease(patch.workflowId);
    expect(numbers.filter(({ state }) => state === 'burned').map(({ number }) => number)).toEqual([
      second,
      first,
    ]);
  },
  STORY_MS,
);
