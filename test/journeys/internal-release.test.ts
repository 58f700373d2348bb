import type { WorkflowHandle } from '@temporalio/client';
import { projectsInOrder } from '../../config/release-settings';
import type { ReleaseStatus } from '../../domain/release/release';
import { readGitLab } from '../../starters/gitlab-reader';
import { sandboxConfiguration, startGateway, TOKENS, type TestGateway } from '../gateway/test-gateway';
import { blanked, type Blanking } from '../noninterference/blanks';
import { readObjects, readRefs } from '../noninterference/probe-git';
import { readApi } from '../noninterference/probe-gitlab';
import { DAN, EMMA, LENA, OTTO, ROSA } from '../support/decisions';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { ESCAPE, plantSecretFix, type SecretFix } from '../support/secret-fix';
import { until } from '../support/until';
import { STORY_MS, statusOf, waitsForApproval } from './following';

const SECURITY = 'gitlab-org/security/gitaly';
const BUILD = 'gitlab-org/build/gitaly';
const CANONICAL = 'gitlab-org/gitaly';
const PUBLIC = [CANONICAL, 'gitlab-org/gitlab'];
const INTERNAL = '18.5.3-internal0';

/** Two of the projects: how many there are is another story. */
const projects = projectsInOrder(sandboxConfiguration()).slice(0, 2);

/** It is the same house, before and after. */
const BLANKING: Blanking = { addresses: {}, since: new Date(), eras: [], names: new Map() };

let house: ReleaseHouse;
let gateway: TestGateway;
let fix: SecretFix;
let release: WorkflowHandle;

beforeAll(async () => {
  house = await startReleaseHouse({ settings: { projects } });
  gateway = await startGateway({ records: house.records, gitlab: () => readGitLab(house.gitlab) });
  const lines = ['default', '18.6', '18.5', '18.4'];
  fix = await plantSecretFix(house, { ...ESCAPE, lines });
}, 60_000);
afterAll(async () => {
  await gateway.end();
  await house.end();
}, 60_000);

function comesTo(what: string, isThere: (status: ReleaseStatus) => boolean): Promise<ReleaseStatus> {
  return until(
    `${release.workflowId} to be ${what}`,
    async () => {
      const status = await statusOf(release);
      if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
      return isThere(status) && status;
    },
    STORY_MS,
  );
}

/** Everything that anybody may read. */
async function seenInPublic(): Promise<Readonly<Record<string, string>>> {
  const asked = { gitlab: house.gitlab, paths: PUBLIC };
  const seen = { ...(await readRefs(asked)), ...(await readApi(asked)) };
  const objects = Object.entries(await readObjects(asked)).map(([path, all]) => [`objects of ${path}`, all]);
  const texts = Object.entries(seen).map(([path, text]) => [path, blanked(text, BLANKING)]);
  return Object.fromEntries([...objects, ...texts]);
}

async function packagesOf(path: string): Promise<readonly string[]> {
  const url = `/projects/${encodeURIComponent(path)}/packages?per_page=100`;
  const { body } = await house.gitlab.request<{ name: string; version: string }[]>('GET', url);
  return body.map(({ name, version }) => `${name} ${version}`);
}

async function answersTo(token: string, id: string): Promise<readonly string[]> {
  const urls = [
    '/api/v1/releases',
    `/api/v1/releases/${id}/artifacts`,
    '/api/v1/versions?minor=18.5',
    `/api/v1/status?version=${INTERNAL}`,
    '/api/v1/status?version=18.5',
  ];
  const answers = await Promise.all(urls.map((url) => gateway.ask({ url, token })));
  return answers.map(({ statusCode, body }) => `${statusCode} ${body}`);
}

async function fixedOn(ref: string): Promise<string | undefined> {
  const mirror = house.mirrorOf(house.project('gitaly'));
  await mirror.fetch('canonical');
  return mirror.file(`refs/sides/canonical/${ref}`, 'escape.rb');
}

describe('a fix that installations need before anybody may know of it', () => {
  it(
    'is approved in turn, waits for what we run ourselves, and is handed over with nothing of it in public',
    async () => {
      const before = await seenInPublic();
      const installations = house.settings.internal?.installations ?? [];
      release = await house.startInternal({
        incident: 'production#2880',
        severity: 'S1',
        minors: ['18.5'],
        fixes: [fix.embargo.id],
        impact: 'Tenants can escape.',
        engineeringManager: EMMA.id,
        installations,
        acknowledgeWithinMs: 600_000,
      });
      for (const by of [EMMA, DAN, LENA, ROSA])
        await house.decide(release, 'approve', { before: 'approved', by });
      const blocked = await comesTo('blocked', ({ state }) => state === 'blocked');
      await house.gitlab.request('POST', `/projects/${encodeURIComponent(SECURITY)}/deployments`, {
        environment: 'gprd',
        sha: fix.heads['default'],
        ref: 'topic/k3v9x0q2ab/default',
        tag: false,
        status: 'success',
      });
      const offered = await comesTo('handed over', ({ state }) => state === 'handed_over');

      expect(blocked.waitingFor).toMatchObject({
        who: 'operators of gprd',
        sentence: expect.stringMatching(/^The fix in gitaly is not on gprd yet/),
      });
      expect(offered.versions.map(({ version }) => version)).toEqual([INTERNAL]);
      // Where it is allowed the probe finds it; in public everything is as it was.
      expect(await packagesOf(BUILD)).toContain(`gitaly ${INTERNAL}`);
      expect((await readObjects({ gitlab: house.gitlab, paths: [SECURITY] }))[SECURITY]).toContain(
        fix.heads['18.5'],
      );
      expect(await seenInPublic()).toEqual(before);
      expect(await packagesOf(CANONICAL)).not.toContain(`gitaly ${INTERNAL}`);
    },
    STORY_MS,
  );

  it('is there for its audience, and for all others it is not', async () => {
    const id = release.workflowId;
    const [list, artifacts, versions, version, newest] = await answersTo(TOKENS.manager, id);
    const uncleared = await answersTo(TOKENS.engineer, id);
    const ofNothing = await answersTo(TOKENS.engineer, 'internal:aaaaaaaaaa');

    for (const told of [list, artifacts, versions, version]) expect(told).toContain('internal');
    expect(newest).not.toContain('internal0');
    for (const [index, told] of uncleared.entries()) {
      expect(told.replaceAll(id, 'ID')).toBe(ofNothing[index]?.replaceAll('internal:aaaaaaaaaa', 'ID'));
      expect(told.replaceAll(id, 'ID').replaceAll(INTERNAL, 'VERSION')).not.toContain('internal');
    }
  });

  it(
    'is installed and verified by everybody, and goes out to all with the next patch and its usual numbers',
    async () => {
      for (const { name } of house.settings.internal?.installations ?? [])
        for (const state of ['installed', 'verified'])
          await house.decide(release, 'handOver', { installation: name, state, by: OTTO });
      await release.result();
      const ended = await statusOf(release);
      const patch = await house.startPatch(['18.6', '18.5', '18.4']);
      await waitsForApproval(patch);
      await house.decide(patch, 'approve', { before: 'published' });
      await patch.result();
      const { state, versions } = await statusOf(patch);

      expect(ended.state).toBe('finalised');
      expect(state).toBe('finalised');
      expect(versions.map(({ version }) => version)).toEqual(['18.6.2', '18.5.4', '18.4.6']);
      expect(await fixedOn('heads/18-5-stable')).toBe('escaped on 18.5\n');
      expect(await fixedOn('tags/v18.5.4')).toBe('escaped on 18.5\n');
      expect(await fixedOn('heads/master')).toBe('escaped on default\n');
      expect((await house.records.embargoes.find(fix.embargo.id))?.state).toBe('disclosed');
      expect(Object.values(await readRefs({ gitlab: house.gitlab, paths: PUBLIC })).join()).not.toContain(
        'internal',
      );
    },
    STORY_MS,
  );
});
