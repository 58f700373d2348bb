import type { ClosedRelease } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import type { ReleaseSettings } from '../../../domain/release/release';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const MINORS = ['18.6', '18.5', '18.4'];
const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';

let world: OutsideWorld;
let settings: ReleaseSettings;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  settings = { ...world.settings, managedSystems: ['cell-1'] };
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  fix = await plantSecretFix(world, { ...wanted, lines: ['default', ...MINORS] });
}, 60_000);
afterAll(() => world.end());

async function deploy(path: string, sha: string): Promise<void> {
  const deployment = { environment: 'cell-1', sha, ref: 'master', tag: false, status: 'success' };
  await world.gitlab.request('POST', `/projects/${encodeURIComponent(path)}/deployments`, deployment);
}

function close(release: string): Promise<ClosedRelease> {
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: MINORS } });
}

function disclosedBy({ versions }: ClosedRelease): readonly string[] {
  return [...new Set(fixesIn(versions).map(({ embargo }) => embargo))];
}

it('discloses a fix while every managed system has it, asked when a patch closes and again at its claim', async () => {
  const early = await close('patch:1');
  await deploy(SECURITY, fix.heads['default'] ?? '');
  const closed = await close('patch:2');
  await deploy(CANONICAL, (await world.refOf(CANONICAL, 'refs/heads/master')) ?? '');

  const plans = closed.versions;
  const versions = plans.map(({ version }) => version);
  const input = { release: 'patch:2', kind: 'patch', settings, versions, fixes: fixesIn(plans) } as const;
  const rolledBack = await world.effects.claimPublication(input);
  await deploy(SECURITY, fix.heads['default'] ?? '');
  const everywhere = await world.effects.claimPublication(input);

  expect(disclosedBy(early)).toEqual([]);
  expect(disclosedBy(closed)).toEqual([fix.embargo.id]);
  expect(rolledBack).toMatchObject({ claimed: false, overtaken: versions.toSorted() });
  expect(everywhere).toMatchObject({ claimed: true });
  const [told] = await world.records.fixes.leftOut();
  const evidence = expect.arrayContaining([{ label: 'managed systems', value: 'cell-1' }]);
  expect(told).toMatchObject({ embargo: fix.embargo.id, verdict: { verdict: 'unknown', evidence } });
}, 60_000);
