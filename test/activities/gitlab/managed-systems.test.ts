import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ClosedRelease, PublicationClaim } from '../../../activities/effects';
import { outsideDown } from '../../../activities/errors';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import type { ReleaseSettings } from '../../../domain/release/release';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const CODE = 'k3v9x0q2ab';
const MINORS = ['18.6', '18.5', '18.4'];
const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';

let world: OutsideWorld;
let settings: ReleaseSettings;

beforeEach(async () => {
  world = await startOutsideWorld();
  settings = { ...world.settings, managedSystems: ['cell-1'] };
}, 60_000);
afterEach(() => world.end());

function plant(): Promise<SecretFix> {
  const wanted = { code: CODE, project: 'gitaly', path: 'a.rb', content: 'fixed' };
  return plantSecretFix(world, { ...wanted, lines: ['default', ...MINORS] });
}

async function deploy(path: string, sha: string): Promise<void> {
  const deployment = { environment: 'cell-1', sha, ref: 'master', tag: false, status: 'success' };
  await world.gitlab.request('POST', `/projects/${encodeURIComponent(path)}/deployments`, deployment);
}

/** On no branch, so that no clone gets it. */
async function unreachableCommit(): Promise<string> {
  const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
  const made = ['commit-tree', '-m', 'Try it', 'refs/heads/master^{tree}'];
  return (await world.repository(SECURITY).git([...identity, ...made])).trim();
}

function excepting(until: string): ReleaseSettings {
  const exception = { system: 'cell-1', approvedBy: 'lena', reason: 'Its hardware is replaced.', until };
  return { ...settings, systemExceptions: [exception] };
}

function close(release: string): Promise<ClosedRelease> {
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: MINORS } });
}

function claim(
  release: string,
  { versions: plans }: ClosedRelease,
  under = settings,
): Promise<PublicationClaim> {
  const versions = plans.map(({ version }) => version);
  const fixes = fixesIn(plans);
  return world.effects.claimPublication({ release, kind: 'patch', settings: under, versions, fixes });
}

function disclosedBy({ versions }: ClosedRelease): readonly string[] {
  return [...new Set(fixesIn(versions).map(({ embargo }) => embargo))];
}

it('discloses a fix while every managed system has it, asked when a patch closes and again at its claim', async () => {
  const fix = await plant();
  const early = await close('patch:1');
  await deploy(SECURITY, fix.heads['default'] ?? '');
  const closed = await close('patch:2');
  await deploy(CANONICAL, (await world.refOf(CANONICAL, 'refs/heads/master')) ?? '');

  const rolledBack = await claim('patch:2', closed);
  await deploy(SECURITY, fix.heads['default'] ?? '');
  const everywhere = await claim('patch:2', closed);

  expect(disclosedBy(early)).toEqual([]);
  expect(disclosedBy(closed)).toEqual([fix.embargo.id]);
  expect(rolledBack).toMatchObject({
    claimed: false,
    overtaken: closed.versions.map(({ version }) => version).toSorted(),
  });
  expect(everywhere).toMatchObject({ claimed: true });
  const [told] = await world.records.fixes.leftOut();
  const evidence = expect.arrayContaining([{ label: 'managed systems', value: 'cell-1' }]);
  expect(told).toMatchObject({ embargo: fix.embargo.id, verdict: { verdict: 'unknown', evidence } });
}, 60_000);

it('waits for no system that is excepted, neither when a patch closes nor at its claim, until the exception ends', async () => {
  const waited = settings;
  const master = (await world.refOf(CANONICAL, 'refs/heads/master')) ?? '';
  await deploy(CANONICAL, master);
  const fix = await plant();
  settings = excepting(new Date(Date.now() - 1_000).toISOString());
  const ended = await close('patch:1');
  settings = excepting(new Date(Date.now() + 3_600_000).toISOString());
  const closed = await close('patch:2');

  const unexcepted = await claim('patch:2', closed, waited);
  const endedSince = await claim('patch:2', closed, excepting(new Date(Date.now() - 1_000).toISOString()));
  await deploy(SECURITY, await unreachableCommit());
  const unread = await failureOf(claim('patch:2', closed, waited));
  const excepted = await claim('patch:2', closed);

  expect([disclosedBy(ended), disclosedBy(closed)]).toEqual([[], [fix.embargo.id]]);
  const all = closed.versions.map(({ version }) => version).toSorted();
  expect(unexcepted).toMatchObject({ claimed: false, overtaken: all });
  expect(endedSince).toMatchObject({ claimed: false, overtaken: all });
  expect(unread).toMatchObject({ type: 'RefusedByPolicy' });
  expect(excepted).toMatchObject({ claimed: true });
}, 60_000);

it('claims nothing while nobody knows what a system runs, in the same words with a fix and without', async () => {
  const master = (await world.refOf(CANONICAL, 'refs/heads/master')) ?? '';
  await deploy(CANONICAL, master);
  const plain = await close('patch:1');
  const fix = await plant();
  await deploy(SECURITY, fix.heads['default'] ?? '');
  const disclosing = await close('patch:2');
  await deploy(SECURITY, await unreachableCommit());

  const failures = [await failureOf(claim('patch:1', plain)), await failureOf(claim('patch:2', disclosing))];
  const states = await world.records.versions.ofRelease('patch:2');
  await deploy(SECURITY, fix.heads['default'] ?? '');

  expect([disclosedBy(plain), disclosedBy(disclosing)]).toEqual([[], [fix.embargo.id]]);
  expect(failures[0]).toMatchObject({ type: 'RefusedByPolicy', message: expect.stringMatching(/^cell-1: /) });
  expect(failures[1]?.message).toBe(failures[0]?.message);
  expect([...new Set(states.map(({ state }) => state))]).toEqual(['reserved']);
  expect(await claim('patch:2', disclosing)).toMatchObject({ claimed: true });
}, 60_000);

it('fails in the same words with a fix and without where GitLab cannot say what a system runs', async () => {
  const plain = await close('patch:1');
  const down = { where: 'GitLab', what: 'it does not answer', remedy: 'It is asked again' };
  const gitlab = { ...world.outside.gitlab, deployments: () => Promise.reject(outsideDown(down)) };
  const effects = createReleaseEffects({ ...world.outside, gitlab });
  const closing = (release: string) =>
    failureOf(effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: MINORS } }));
  const versions = plain.versions.map(({ version }) => version);
  const claiming = () =>
    failureOf(effects.claimPublication({ release: 'patch:1', kind: 'patch', settings, versions, fixes: [] }));

  const without = [await closing('patch:2'), await claiming()];
  await plant();
  const within = [await closing('patch:2'), await claiming()];

  expect(without.map(({ message }) => message)).toEqual(
    without.map(() => 'GitLab: it does not answer. It is asked again'),
  );
  expect(within.map(({ message }) => message)).toEqual(without.map(({ message }) => message));
}, 60_000);
