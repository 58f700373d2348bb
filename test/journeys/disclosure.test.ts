import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseStatus } from '../../domain/release/release';
import { findProject } from '../../sandbox/gitlab/instance';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { plantSecretFix, type SecretFix } from '../support/secret-fix';
import { until } from '../support/until';

const STORY_MS = 300_000;
const MINORS = ['18.6', '18.5', '18.4'];
const LINES = ['default', ...MINORS];

let house: ReleaseHouse;

beforeAll(async () => {
  house = await startReleaseHouse();
}, 60_000);
afterAll(() => house.end(), 60_000);

async function statusOf(handle: WorkflowHandle): Promise<ReleaseStatus> {
  const status = await handle.query<ReleaseStatus>('status');
  if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
  return status;
}

async function waitsForApproval(handle: WorkflowHandle): Promise<ReleaseStatus> {
  const look = async () => {
    const status = await statusOf(handle);
    return status.waitingFor !== undefined && status;
  };
  return until(`${handle.workflowId} to wait for its approval`, look, STORY_MS);
}

/** Which of the objects a repository gives to whoever asks for them, by any way. */
async function objectsIn(path: string, objects: readonly string[]): Promise<readonly string[]> {
  const project = findProject(house.gitlab.instance, path);
  if (project === undefined) throw new Error(`${path} is not planted`);
  const repository = house.gitlab.instance.repository(project);
  const found = await Promise.all(
    objects.map(async (object) => {
      const kind = await repository.git(['cat-file', '-t', object]).catch(() => undefined);
      return kind === undefined ? [] : [object];
    }),
  );
  return found.flat();
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
      await waitsForApproval(patch);

      // Where it is allowed the probe finds it; in public it does not.
      expect(await objectsIn('gitlab-org/security/gitaly', fix.objects)).toEqual(fix.objects);
      expect(await objectsIn('gitlab-org/gitaly', fix.objects)).toEqual([]);
      const { embargoes } = house.records;
      await embargoes.move({
        key: 'pull',
        embargo: pulled.embargo.id,
        actor: { id: 'ada', roles: [] },
        reason: 'It does not help.',
        from: 'sealed',
        to: 'withdrawn',
      });
      await house.decide(patch, 'approve', { before: 'published' });
      await patch.result();
      const { state, versions } = await statusOf(patch);

      expect(state).toBe('finalised');
      // The fix that was pulled at the last moment cost each version its number, and nobody its place.
      expect(versions.map(({ version }) => version)).toEqual(['18.6.3', '18.5.5', '18.4.7']);
      expect(await contentOn('gitaly', 'heads/master')).toBe('escaped on default\n');
      expect(await contentOn('gitaly', 'heads/18-6-stable')).toBe('escaped on 18.6\n');
      expect(await contentOn('gitaly', 'tags/v18.4.7')).toBe('escaped on 18.4\n');
      expect(await objectsIn('gitlab-org/gitlab', pulled.objects)).toEqual([]);
      expect((await embargoes.find(fix.embargo.id))?.state).toBe('disclosed');
      expect((await embargoes.find(pulled.embargo.id))?.state).toBe('withdrawn');
    },
    STORY_MS,
  );
});
