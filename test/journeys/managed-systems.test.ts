import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseSettings } from '../../domain/release/release';
import { readObjects, readRefs } from '../noninterference/probe-git';
import { readApi } from '../noninterference/probe-gitlab';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { ESCAPE, plantSecretFix, plantTopic, type SecretFix } from '../support/secret-fix';
import { SMALL_PRODUCT, STORY_MS, statusOf, waitsForApproval } from './following';

const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const PUBLIC = [CANONICAL, 'gitlab-org/gitlab'];
const MINORS = ['18.6', '18.5'];

let house: ReleaseHouse;
let fix: SecretFix;

async function settle(settings: Partial<ReleaseSettings>): Promise<void> {
  house = await startReleaseHouse({ settings: { ...SMALL_PRODUCT, ...settings } });
  fix = await plantSecretFix(house, { ...ESCAPE, lines: ['default', ...MINORS] });
}
afterEach(() => house.end(), 60_000);

async function deploy(environment: string, { path, sha }: { path: string; sha: string }): Promise<void> {
  const deployment = { environment, sha, ref: 'master', tag: false, status: 'success' };
  await house.gitlab.request('POST', `/projects/${encodeURIComponent(path)}/deployments`, deployment);
}

/** What is on the default branch with the fix, as it is brought to what runs for people. */
function deployFix(environment: string): Promise<void> {
  return deploy(environment, { path: SECURITY, sha: fix.heads['default'] ?? '' });
}

/** What ran before. */
async function rollBack(environment: string): Promise<void> {
  const mirror = house.mirrorOf(house.project('gitaly'));
  await mirror.fetch('canonical');
  const sha = (await mirror.git(['rev-parse', 'refs/sides/canonical/heads/master'])).trim();
  await deploy(environment, { path: CANONICAL, sha });
}

/** Approves what waits for it, and follows it to its end. @returns its versions */
async function publish(release: WorkflowHandle): Promise<readonly string[]> {
  await waitsForApproval(release);
  await house.decide(release, 'approve', { before: 'published' });
  await release.result();
  const { state, versions } = await statusOf(release);
  expect(state).toBe('finalised');
  return versions.map(({ version }) => version);
}

/** Whether anybody can read a word or an object of the fix. */
async function isInPublic(): Promise<boolean> {
  const asked = { gitlab: house.gitlab, paths: PUBLIC };
  const words = JSON.stringify({ ...(await readRefs(asked)), ...(await readApi(asked)) });
  const objects = Object.values(await readObjects(asked)).join('\n');
  return /k3v9x0q2ab|escaped/.test(words) || fix.objects.some((object) => objects.includes(object));
}

async function stateOfFix(): Promise<string | undefined> {
  return (await house.records.embargoes.find(fix.embargo.id))?.state;
}

async function linesOf(release: WorkflowHandle) {
  return house.records.transitions.ofRelease(release.workflowId);
}

describe('a managed system that cannot be fixed in time', () => {
  const systems = { managedSystems: ['gprd', 'cell-9'] };
  const exception = { system: 'cell-9', approvedBy: 'lena', reason: 'Its hardware is replaced.' };

  it(
    'is not waited for where it is excepted by name, and the record says so',
    async () => {
      const until = new Date(Date.now() + 24 * 3_600_000).toISOString();
      await settle({ ...systems, systemExceptions: [{ ...exception, until }] });
      await deployFix('gprd');
      await rollBack('cell-9');

      const patch = await house.startPatch(MINORS);
      await publish(patch);

      expect(await stateOfFix()).toBe('disclosed');
      const published = (await linesOf(patch)).find(({ to }) => to === 'published');
      expect(published?.sentence).toContain(`Not waited for: cell-9 (excepted by lena until ${until}).`);
    },
    STORY_MS,
  );

  it(
    'is waited for where nobody has excepted it, or no longer: the patch goes out, and the fix stays a secret',
    async () => {
      const until = new Date(Date.now() - 1_000).toISOString();
      await settle({ ...systems, systemExceptions: [{ ...exception, until }] });
      await deployFix('gprd');
      await rollBack('cell-9');

      const patch = await house.startPatch(MINORS);
      await publish(patch);

      expect(await stateOfFix()).toBe('sealed');
      expect(await isInPublic()).toBe(false);
      const [told] = await house.records.fixes.leftOut();
      expect(told).toMatchObject({
        embargo: fix.embargo.id,
        verdict: {
          sentence: 'The fix in gitaly is not on cell-9 yet; each gets it, or is named as an exception.',
        },
      });
      expect(JSON.stringify(await linesOf(patch))).not.toMatch(/cell-9|k3v9x0q2ab/);
    },
    STORY_MS,
  );
});

describe('.com is rolled back past a fix before its publication', () => {
  it(
    'goes out without the fix, by its own look at the claim; others go on; deployed again it is disclosed',
    async () => {
      await settle({ managedSystems: ['gprd'] });
      await deployFix('gprd');
      const patch = await house.startPatch(MINORS);
      const before = await waitsForApproval(patch);
      const carried = await house.records.fixes.embargoCarriers();

      await rollBack('gprd');
      const monthly = await house.startMonthly('18.7');
      await waitsForApproval(monthly);
      // Its stable branch owes the fix, too, and its owner has seen to that.
      await plantTopic(house, { ...ESCAPE, embargo: fix.embargo.id, line: '18.7' });
      const without = await publish(patch);

      // It had the fix on board, and was cut again without it, under other numbers.
      expect(new Set(carried.map(({ release }) => release))).toEqual(new Set([patch.workflowId]));
      const first = before.versions.map(({ version }) => version);
      expect(without.filter((version) => first.includes(version))).toEqual([]);
      expect(await stateOfFix()).toBe('sealed');
      expect(await isInPublic()).toBe(false);
      const [told] = await house.records.fixes.leftOut();
      expect(told).toMatchObject({
        release: patch.workflowId,
        embargo: fix.embargo.id,
        verdict: {
          verdict: 'wait',
          whoActs: 'operators of gprd',
          sentence: 'The fix in gitaly is not on gprd yet; each gets it, or is named as an exception.',
        },
      });
      const record = JSON.stringify(await linesOf(patch));
      expect(record).toContain('18.6, 18.5: cut again from what there is now, under other numbers.');
      expect(record).not.toMatch(/gprd|k3v9x0q2ab/);

      await deployFix('gprd');
      const next = await house.startPatch(MINORS);
      await publish(next);

      expect(await stateOfFix()).toBe('disclosed');
      expect(await isInPublic()).toBe(true);
      expect(await publish(monthly)).toContain('18.7.0');
      const mirror = house.mirrorOf(house.project('gitaly'));
      await mirror.fetch('canonical');
      for (const ref of ['heads/18-6-stable', 'heads/18-7-stable', 'heads/master'])
        expect(await mirror.file(`refs/sides/canonical/${ref}`, 'escape.rb')).toMatch(/^escaped on /);
    },
    STORY_MS,
  );
});
