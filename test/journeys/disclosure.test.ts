import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseStatus } from '../../domain/release/release';
import { obstaclesOf, whatMoved, type Rehearsal } from '../../domain/release/rehearsal';
import { ENGINE } from '../../domain/release/release';
import type { KeptRehearsal } from '../../records/rehearsals';
import { RELEASE_MANAGER, startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { pullFix } from '../../starters/pull-fix';
import { plantSecretFix, type SecretFix } from '../support/secret-fix';
import { until } from '../support/until';
import { objectsIn, repositoryAt, STORY_MS, unfailedStatusOf, waitsForApproval } from './following';

const MINORS = ['18.6', '18.5', '18.4'];
const LINES = ['default', ...MINORS];

let house: ReleaseHouse;

beforeAll(async () => {
  house = await startReleaseHouse({
    settings: { rehearsal: { roles: ['security-engineer', 'release-manager'] } },
  });
}, 60_000);
afterAll(() => house.end(), 60_000);

const SECURITY = { id: 'sam', roles: ['security-engineer'] };

/** Rehearsed from what was cut again; what was rehearsed before is not what there is any more. */
async function rehearsedAgain(handle: WorkflowHandle): Promise<KeptRehearsal> {
  const { rehearsals } = house.records;
  const [first] = await rehearsals.ofRelease(handle.workflowId);
  await house.decide(handle, 'rehearse');
  const look = async () => {
    await unfailedStatusOf(handle);
    const [newest] = await rehearsals.ofRelease(handle.workflowId);
    return newest !== undefined && newest.digest !== first?.digest && newest;
  };
  const again = await until('it to be rehearsed again', look, STORY_MS);
  const moved = first === undefined ? [] : whatMoved(first.page, again.page);
  expect(moved).toContain('gitlab refs/tags/v18.6.3-ee');
  return again;
}

async function approvalIsAskedFor(handle: WorkflowHandle): Promise<ReleaseStatus> {
  const look = async () => {
    const status = await unfailedStatusOf(handle);
    return status.waitingFor?.sentence.includes('approval of published') === true && status;
  };
  return until('it to ask for its approval', look, STORY_MS);
}

/** Tags and stable branches of canonical are what the rehearsal said they would be. */
async function expectAsRehearsed({ pushes, versions }: Rehearsal): Promise<void> {
  for (const { project, of, refs } of pushes.filter(({ of: one }) => versions.includes(one))) {
    const mirror = house.mirrorOf(house.project(project));
    await mirror.fetch('canonical');
    for (const { ref, to } of refs) {
      const place = ref.replace('refs/', 'refs/sides/canonical/');
      const there = (await mirror.git(['rev-parse', place])).trim();
      expect([project, of, ref, there]).toEqual([project, of, ref, to]);
    }
  }
}

/** Its versions, once others have taken the place of the first ones and are verified. */
async function cutAgainOf(handle: WorkflowHandle): Promise<readonly string[] | false> {
  const { versions } = await unfailedStatusOf(handle);
  const isDone = versions.length === MINORS.length && versions.every(({ reached }) => reached === 'verified');
  const numbers = versions.map(({ version }) => version);
  return isDone && !numbers.includes('18.6.2') && numbers;
}

async function contentOn(project: string, ref: string): Promise<string | undefined> {
  const mirror = house.mirrorOf(house.project(project));
  await mirror.fetch('canonical');
  return mirror.file(`refs/sides/canonical/${ref}`, 'escape.rb');
}

async function fixIn(project: string, code: string): Promise<SecretFix> {
  return plantSecretFix(house, { code, project, lines: LINES, path: 'escape.rb', content: 'escaped' });
}

describe('a fix under embargo goes out with a patch', () => {
  it(
    'is on no public side until the unit is published, and then on every branch at once',
    async () => {
      const fix = await fixIn('gitaly', 'k3v9x0q2ab');
      const pulled = await plantSecretFix(house, {
        code: 'pppppppppp',
        project: 'gitlab',
        lines: LINES,
        path: 'pulled.rb',
        content: 'pulled',
      });
      const patch = await house.startPatch(MINORS);
      const signers = (await waitsForApproval(patch)).waitingFor?.who;

      // Where it is allowed the probe finds it; in public it does not.
      expect(await objectsIn(repositoryAt(house, 'gitlab-org/security/gitaly'), fix.objects)).toEqual(
        fix.objects,
      );
      expect(await objectsIn(repositoryAt(house, 'gitlab-org/gitaly'), fix.objects)).toEqual([]);
      const { embargoes } = house.records;
      const taken = await pullFix(house, {
        act: 'pull',
        id: pulled.embargo.id,
        person: RELEASE_MANAGER,
        reason: 'It does not help.',
        key: 'pull',
      });
      // Nobody has signed or approved yet: it is composed again without the fix, and asks for that then.
      const again = await until('the patch to be cut again', () => cutAgainOf(patch), STORY_MS);
      const { digest, page } = await rehearsedAgain(patch);
      expect(signers).toBe('security-engineer and release-manager');
      expect(obstaclesOf(page)).toEqual([]);
      expect(await objectsIn(repositoryAt(house, 'gitlab-org/gitaly'), fix.objects)).toEqual([]);
      expect((await embargoes.find(fix.embargo.id))?.state).toBe('sealed');
      await house.decide(patch, 'sign', { digest });
      await house.decide(patch, 'sign', { digest, by: SECURITY });
      await approvalIsAskedFor(patch);
      await house.decide(patch, 'approve', { before: 'published' });
      await patch.result();
      const { state, versions } = await unfailedStatusOf(patch);

      expect(taken.sentence).toContain(`${patch.workflowId} cuts 18.6, 18.5, 18.4 again without it.`);
      expect(again).toEqual(['18.6.3', '18.5.5', '18.4.7']);
      expect(state).toBe('finalised');
      await expectAsRehearsed(page);
      // The fix that was pulled cost each version its number, and nobody its place.
      expect(versions.map(({ version }) => version)).toEqual(['18.6.3', '18.5.5', '18.4.7']);
      expect(await contentOn('gitaly', 'heads/master')).toBe('escaped on default\n');
      expect(await contentOn('gitaly', 'heads/18-6-stable')).toBe('escaped on 18.6\n');
      expect(await contentOn('gitaly', 'tags/v18.4.7')).toBe('escaped on 18.4\n');
      expect(await objectsIn(repositoryAt(house, 'gitlab-org/gitlab'), pulled.objects)).toEqual([]);
      expect((await embargoes.find(fix.embargo.id))?.state).toBe('disclosed');
      expect(await embargoes.find(pulled.embargo.id)).toMatchObject({
        state: 'sealed',
        pulled: { by: RELEASE_MANAGER, reason: 'It does not help.' },
      });
      // What everybody may read of it is what a version that is cut again for any other reason leaves.
      const lines = await house.records.transitions.ofRelease(patch.workflowId);
      const cut = lines.filter(({ to }) => to === 'cut_again');
      expect(cut.map(({ sentence, actor }) => [actor.id, sentence])).toEqual([
        [ENGINE.id, '18.6, 18.5, 18.4: cut again from what there is now, under other numbers.'],
      ]);
      expect(JSON.stringify(lines)).not.toMatch(/pppppppppp|does not help/);
    },
    STORY_MS,
  );
});
