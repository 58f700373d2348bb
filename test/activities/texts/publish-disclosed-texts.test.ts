import { Client } from 'pg';
import { ESCAPE, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const RELEASE = 'patch:1';

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['18.6'] });
  const change = {
    embargo: fix.embargo.id,
    actor: { id: 'signalbox', roles: ['engine'] },
    reason: 'planted',
  };
  const { embargoes } = world.records;
  await embargoes.move({ ...change, key: 'disclosing', from: 'sealed', to: 'disclosing', plan: RELEASE });
  await embargoes.move({ ...change, key: 'disclosed', from: 'disclosing', to: 'disclosed' });
}, 60_000);
afterAll(() => world.end());

function publish() {
  const { settings, effects } = world;
  return effects.publishDisclosedTexts({ release: RELEASE, kind: 'patch', settings, version: '18.6.2' });
}

async function disclosedDaysAgo(days: number): Promise<void> {
  const client = new Client({ connectionString: world.recordsUrl });
  await client.connect();
  await client.query(`UPDATE embargoes SET since = now() - $1 * interval '1 day'`, [days]);
  await client.end();
}

async function published(): Promise<string | undefined> {
  const at = {
    project: world.settings.projects.at(-1)?.repositories.canonical ?? '',
    name: 'release-notes',
    version: '18.6.2',
  };
  const file = 'fix-k3v9x0q2ab.md';
  const stored = await world.outside.gitlab.storedFiles(at);
  if (!stored.some(({ name }) => name === file)) return undefined;
  return (await world.outside.gitlab.download({ ...at, file })).toString();
}

it('keeps the texts of a fix to itself for thirty days, and then tells everything, once', async () => {
  await disclosedDaysAgo(29);
  const early = await publish();
  const secret = await published();
  const before = await world.records.embargoes.find(fix.embargo.id);
  await disclosedDaysAgo(30);

  const late = await publish();
  const again = await publish();

  expect(Date.parse(early.lookAgainAt ?? '')).toBeGreaterThan(Date.now());
  expect(secret).toBeUndefined();
  expect(before?.state).toBe('disclosed');
  expect(late.lookAgainAt).toBeUndefined();
  expect(again.lookAgainAt).toBeUndefined();
  expect((await world.records.embargoes.find(fix.embargo.id))?.state).toBe('texts_public');
  expect(await published()).toBe(
    [
      '# A hole nobody may know of',
      'Severity S2.',
      '## Affected lines',
      '- 18.6: tried',
      '## Fix',
      `- gitaly, 18.6: ${fix.heads['18.6']}\n`,
    ].join('\n\n'),
  );
});
