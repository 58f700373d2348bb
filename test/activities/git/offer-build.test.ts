import type { DisclosedFix } from '../../../domain/embargo/disclosed-fix';
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

async function offer(release: string, fix: SecretFix): Promise<Verdict> {
  const request = anInternalRequest({ minors: ['18.5'], fixes: [fix.embargo.id] });
  const { settings } = world;
  const input = { release, kind: 'internal', settings, request, built: builtWith(fix) } as const;
  return (await world.effects.offerBuild(input)).verdict;
}

it('offers what is built while its fix stands, and neither once it was reworked a moment ago nor while it is pulled', async () => {
  const wanted = { code: 'oooooooooo', project: 'gitaly', path: 'o.rb', content: 'fixed' };
  const fix = await plantSecretFix(world, { ...wanted, lines: ['default', '18.5'] });
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
