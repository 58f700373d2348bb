import type { ClosedRelease } from '../../../activities/effects';
import { fixesIn, type DisclosedFix } from '../../../domain/embargo/disclosed-fix';
import type { InternalRequest } from '../../../domain/internal/internal-request';
import type { Verdict } from '../../../domain/verdict';
import { plantSecretFix, reworkTopic, type SecretFix } from '../../support/secret-fix';
import { anInternalRequest } from '../../support/release-inputs';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

function builtWith({ embargo, heads }: SecretFix): readonly DisclosedFix[] {
  const head = heads['18.5'] ?? '';
  return [{ version: '18.5.3-internal0', project: 'gitaly', minor: '18.5', embargo: embargo.id, head }];
}

function plant(code: string): Promise<SecretFix> {
  const lines = ['default', '18.5'];
  return plantSecretFix(world, { code, project: 'gitaly', path: `${code}.rb`, content: 'safe', lines });
}

async function offer(release: string, fix: SecretFix): Promise<Verdict> {
  const request = anInternalRequest({ minors: ['18.5'], fixes: [fix.embargo.id] });
  const { settings } = world;
  const input = { release, kind: 'internal', settings, request, built: builtWith(fix) } as const;
  return (await world.effects.offerBuild(input)).verdict;
}

it('offers what is built while its fix stands, and neither once it was reworked a moment ago nor while it is pulled', async () => {
  const fix = await plant('oooooooooo');
  const { id } = fix.embargo;
  const { embargoes } = world.records;
  const told = { embargo: id, actor: { id: 'mo', roles: [] }, reason: 'It breaks logins.' };

  const first = await offer('internal:aaaaaaaaaa', fix);
  await embargoes.pull({ ...told, key: 'pull' });
  const pulled = await offer('internal:bbbbbbbbbb', fix);
  await embargoes.giveBack({ ...told, key: 'return' });
  const project = world.project('gitaly');
  await reworkTopic(world, { embargo: id, project, line: '18.5', head: fix.heads['18.5'] ?? '' });
  const reworked = await offer('internal:bbbbbbbbbb', fix);
  const again = await offer('internal:aaaaaaaaaa', fix);

  expect([first, again].map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  expect(pulled.sentence).toMatch(/^A fix of it was pulled/);
  expect(reworked.sentence).toMatch(/^A fix of it was reworked/);
});

describe('what an installation has been handed over', () => {
  const NORTH = { name: 'north', role: 'dedicated-operator' };
  const SOUTH = { name: 'south', role: 'dedicated-operator' };

  interface Cut {
    readonly release: string;
    readonly request: InternalRequest;
    readonly closed: ClosedRelease;
  }

  /** Asked for, and closed: what is in it is what the records say. */
  async function cut(
    release: string,
    {
      fixes,
      installations = [NORTH],
    }: { fixes: readonly SecretFix[]; installations?: Cut['request']['installations'] },
  ): Promise<Cut> {
    const ids = fixes.map(({ embargo }) => embargo.id);
    const request = anInternalRequest({ minors: ['18.5'], fixes: ids, installations });
    await world.records.internalRequests.open({ id: release, requestKey: release, request });
    const { settings } = world;
    const closing = { release, kind: 'internal', settings, cut: { internal: ['18.5'], fixes: ids } } as const;
    return { release, request, closed: await world.effects.closeRelease(closing) };
  }

  function inputOf({ release, request, closed }: Cut) {
    const { settings } = world;
    return { release, kind: 'internal', settings, request, built: fixesIn(closed.versions) } as const;
  }

  async function handOver(of: Cut): Promise<Verdict> {
    return (await world.effects.offerBuild(inputOf(of))).verdict;
  }

  async function remediation(of: Cut): Promise<Verdict> {
    return (await world.effects.readRemediation(inputOf(of))).verdict;
  }

  async function surveyed({ release, request }: Cut) {
    const { settings } = world;
    return world.effects.surveyInternal({ release, kind: 'internal', settings, request });
  }

  it('is in whatever it is handed over next, judged when it is asked for and again when it is handed over', async () => {
    const [one, two] = [await plant('eeeeeeeee1'), await plant('eeeeeeeee2')];
    const first = await cut('internal:eeeeeeeee1', { fixes: [one] });
    const without = await cut('internal:eeeeeeeee2', { fixes: [two] });
    const elsewhere = await cut('internal:eeeeeeeee3', { fixes: [two], installations: [SOUTH] });
    const both = await cut('internal:eeeeeeeee4', { fixes: [one, two] });

    const before = [await remediation(without), (await surveyed(without)).lost];
    const handed = await handOver(first);
    const refused = await handOver(without);
    const looked = await remediation(without);
    const { lost } = await surveyed(without);
    const others = [await handOver(elsewhere), await handOver(both), await handOver(first)];

    expect(before).toMatchObject([{ verdict: 'pass' }, []]);
    expect(handed.verdict).toBe('pass');
    const [{ version } = { version: '' }] = without.closed.versions;
    expect(refused).toMatchObject({ verdict: 'fail', whoActs: 'release-manager' });
    expect(refused.sentence).toContain(`${version} lacks a fix that north has, so it is not handed over.`);
    // It waits there, and does not try again and again.
    expect(looked).toEqual(refused);
    expect(lost).toMatchObject([{ installation: 'north', fixes: [one.embargo.id] }]);
    expect(others.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
  });

  it('is no more than what has not been withdrawn since', async () => {
    const installations = [{ ...NORTH, name: 'west' }];
    const [one, two] = [await plant('fffffffff1'), await plant('fffffffff2')];
    const first = await cut('internal:fffffffff1', { fixes: [one], installations });
    const without = await cut('internal:fffffffff2', { fixes: [two], installations });
    await handOver(first);

    const refused = await handOver(without);
    const actor = { id: 'ada', roles: [] };
    const withdrawal = { key: 'withdraw', actor, reason: 'It does not help.' };
    await world.records.embargoes.move({
      ...withdrawal,
      embargo: one.embargo.id,
      from: 'sealed',
      to: 'withdrawn',
    });

    expect(refused.verdict).toBe('fail');
    expect((await handOver(without)).verdict).toBe('pass');
  });
});
