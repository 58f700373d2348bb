import type { InternalRequest } from '../../../domain/internal/internal-request';
import type { Verdict } from '../../../domain/verdict';
import { plantSecretFix } from '../../support/secret-fix';
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

async function remediation(fix: string, built: { readonly isBuilt?: true } = {}): Promise<Verdict> {
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
    ...built,
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
  const { embargo } = await plantSecretFix(world, { ...wanted, lines: ['default'] });
  const told = { embargo: embargo.id, actor: { id: 'mo', roles: ['security-engineer'] } };

  const before = await remediation(embargo.id, { isBuilt: true });
  await world.records.embargoes.pull({ ...told, key: 'pulled', reason: 'It breaks logins.' });
  const pulled = [await remediation(embargo.id, { isBuilt: true }), await remediation(embargo.id)];
  await world.records.embargoes.giveBack({ ...told, key: 'returned', reason: 'It is mended.' });
  const returned = await remediation(embargo.id, { isBuilt: true });

  expect([before.verdict, returned.verdict]).toEqual(['pass', 'pass']);
  expect(pulled[0]).toEqual({
    verdict: 'fail',
    sentence: 'A fix of it was pulled: ask release-manager to return it or to abort this release.',
    whoActs: 'release-manager',
    evidence: [],
  });
  expect(pulled[1]).toEqual(pulled[0]);
});
