import type { InternalRequest } from '../../../domain/internal/internal-request';
import type { DisclosedFix } from '../../../domain/embargo/disclosed-fix';
import type { Verdict } from '../../../domain/verdict';
import { plantSecretFix, reworkTopic, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const REQUEST: Omit<InternalRequest, 'fixes'> = {
  incident: 'incident/1',
  severity: 'S1',
  minors: ['18.6'],
  impact: 'none',
  engineeringManager: 'ada',
  installations: [],
  acknowledgeWithinMs: 1,
};

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

async function deploy(path: string, sha: string): Promise<void> {
  const deployment = { environment: 'cell-1', sha, ref: 'master', tag: false, status: 'success' };
  await world.gitlab.request('POST', `/projects/${encodeURIComponent(path)}/deployments`, deployment);
}

/** What a version of 18.6 was built with. */
function builtWith({ embargo, heads }: SecretFix): readonly DisclosedFix[] {
  const head = heads['18.6'] ?? '';
  return [{ version: '18.6.1-internal0', project: 'gitaly', minor: '18.6', embargo: embargo.id, head }];
}

async function remediation(fix: string, built?: readonly DisclosedFix[]): Promise<Verdict> {
  const { settings, effects } = world;
  const internal = { ...settings.internal, environments: ['cell-1'] } as NonNullable<
    typeof settings.internal
  >;
  const request = { ...REQUEST, fixes: [fix] };
  const input = {
    release: 'internal:1',
    kind: 'internal',
    settings: { ...settings, internal },
    request,
    ...(built === undefined ? {} : { built }),
  } as const;
  return (await effects.readRemediation(input)).verdict;
}

it('goes by what a managed system was brought to last, from whichever side', async () => {
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  const { embargo, heads } = await plantSecretFix(world, { ...wanted, lines: ['default'] });
  const unfixed = (await world.refOf(CANONICAL, 'refs/heads/master')) ?? '';

  const unread = await remediation(embargo.id);
  await deploy(CANONICAL, unfixed);
  const before = await remediation(embargo.id);
  await deploy(SECURITY, heads['default'] ?? '');
  const fixed = await remediation(embargo.id);
  await deploy(CANONICAL, unfixed);
  const after = await remediation(embargo.id);

  expect(unread.verdict).toBe('unknown');
  expect(before.verdict).toBe('wait');
  expect(fixed.verdict).toBe('pass');
  expect(after).toMatchObject({
    verdict: 'wait',
    sentence: 'The fix in gitaly is not on cell-1 yet; each gets it, or is named as an exception.',
  });
});

it('holds what is built while a fix of it is pulled, and tells neither by whom nor why', async () => {
  const wanted = { code: 'pppppppppp', project: 'gitaly', path: 'b.rb', content: 'fixed' };
  const fix = await plantSecretFix(world, { ...wanted, lines: ['default', '18.6'] });
  const { id } = fix.embargo;
  const built = builtWith(fix);

  const before = await remediation(id, built);
  await pull(id);
  const pulled = [await remediation(id, built), await remediation(id)];
  await giveBack(id);
  const returned = await remediation(id, built);

  expect([before.verdict, returned.verdict]).toEqual(['pass', 'pass']);
  expect(pulled[0]).toEqual({
    verdict: 'fail',
    sentence: 'A fix of it was pulled: ask release-manager to return it or to abort this release.',
    whoActs: 'release-manager',
    evidence: [],
  });
  expect(pulled[1]).toEqual(pulled[0]);
});

it('gives nobody the old build of a fix that was mended a moment ago and returned', async () => {
  const wanted = { code: 'mmmmmmmmmm', project: 'gitaly', path: 'c.rb', content: 'fixed' };
  const fix = await plantSecretFix(world, { ...wanted, lines: ['default', '18.6'] });
  const { id } = fix.embargo;
  const project = world.project('gitaly');
  await pull(id);
  await reworkTopic(world, { embargo: id, project, line: '18.6', head: fix.heads['18.6'] ?? '' });
  await giveBack(id);

  expect(await remediation(id, builtWith(fix))).toEqual({
    verdict: 'fail',
    sentence: 'A fix of it was reworked since it was built: abort this release.',
    whoActs: 'release-manager',
    evidence: [],
  });
});

function told(embargo: string) {
  return { embargo, actor: { id: 'mo', roles: ['security-engineer'] } };
}

function pull(id: string): Promise<void> {
  return world.records.embargoes.pull({ ...told(id), key: `${id}/pull`, reason: 'It breaks logins.' });
}

function giveBack(id: string): Promise<void> {
  return world.records.embargoes.giveBack({ ...told(id), key: `${id}/return`, reason: 'It is mended.' });
}
