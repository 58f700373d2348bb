import type { ClosedRelease } from '../../../activities/effects';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plant('k3v9x0q2ab');
}, 60_000);
afterAll(() => world.end());

function plant(code: string): Promise<SecretFix> {
  const lines = ['default', '18.5', '18.4'];
  return plantSecretFix(world, { code, project: 'gitaly', lines, path: `${code}.rb`, content: 'safe' });
}

function close(release: string, minors: readonly string[], fixes = [fix.embargo.id]): Promise<ClosedRelease> {
  const { settings } = world;
  return world.effects.closeRelease({
    release,
    kind: 'internal',
    settings,
    cut: { internal: minors, fixes },
  });
}

it('makes each minor an internal version of what is out, in every project by its own numbers', async () => {
  const { versions } = await close('internal:aaaaaaaaaa', ['18.5', '18.4']);

  expect(versions.map(({ version }) => version)).toEqual(['18.5.3-internal0', '18.4.5-internal0']);
  const projects = versions[0]?.projects ?? [];
  expect(projects.map(({ project, version }) => `${project} ${version}`)).toEqual([
    'gitaly 18.5.3-internal0',
    'gitlab 18.5.3-internal0',
    'omnibus-gitlab 18.5.3-internal0',
    'cng 18.5.3-internal0',
    'charts 9.5.4-internal0',
  ]);
  expect(projects.every(({ changes, tagged }) => changes === 0 && tagged)).toBe(true);
});

it('cuts it from the published tag, with the fix where there is one and with nothing where there is none', async () => {
  const { versions } = await close('internal:bbbbbbbbbb', ['18.5']);

  const [gitaly, gitlab] = versions[0]?.projects ?? [];
  const mirror = world.mirrorOf(world.project('gitaly'));
  const published = (await mirror.resolve('refs/sides/canonical/tags/v18.5.3')) ?? '';
  expect(await mirror.isAncestor(published, gitaly?.base ?? '')).toBe(true);
  expect(await mirror.isAncestor(fix.heads['18.5'] ?? '', gitaly?.base ?? '')).toBe(true);
  expect(gitlab?.base).toBe(
    await world.mirrorOf(world.project('gitlab')).resolve('refs/sides/canonical/tags/v18.5.3-ee'),
  );
});

it('counts iterations apart: the next one is the next, and the next patch has the number it would have had', async () => {
  const again = await close('internal:bbbbbbbbbb', ['18.5']);
  const next = await close('internal:cccccccccc', ['18.5']);
  const { settings } = world;
  const patch = await world.effects.closeRelease({
    release: 'patch:1',
    kind: 'patch',
    settings,
    cut: { patch: ['18.5'] },
  });

  expect(again.versions.map(({ version }) => version)).toEqual(['18.5.3-internal1']);
  expect(next.versions.map(({ version }) => version)).toEqual(['18.5.3-internal2']);
  expect(patch.versions.map(({ version }) => version)).toEqual(['18.5.4']);
});

it('refuses a fix that was withdrawn while approvals were waited for, and takes no number', async () => {
  const pulled = await plant('pppppppppp');
  await world.records.embargoes.move({
    key: 'pull',
    embargo: pulled.embargo.id,
    actor: { id: 'ada', roles: [] },
    reason: 'It does not help.',
    from: 'sealed',
    to: 'withdrawn',
  });

  const failure = await failureOf(close('internal:dddddddddd', ['18.5'], [pulled.embargo.id]));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toMatch(/it cannot be taken any more\. Abort this release/);
  expect(await world.records.versions.ofRelease('internal:dddddddddd')).toEqual([]);
});

it('refuses a fix that was pulled while approvals were waited for, and takes it once it is returned', async () => {
  const { embargo } = await plant('qqqqqqqqqq');
  const told = { embargo: embargo.id, actor: { id: 'rosa', roles: ['release-manager'] } };
  await world.records.embargoes.pull({ ...told, key: 'pulled', reason: 'It breaks logins.' });

  const failure = await failureOf(close('internal:eeeeeeeeee', ['18.5'], [embargo.id]));
  await world.records.embargoes.giveBack({ ...told, key: 'returned', reason: 'It is mended.' });
  const { versions } = await close('internal:eeeeeeeeee', ['18.5'], [embargo.id]);

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toBe(
    'a fix of this internal release: it was pulled. Resume the step once it is returned, or abort this release',
  );
  expect(versions).toHaveLength(1);
});
