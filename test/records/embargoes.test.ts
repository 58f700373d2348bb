import { firstAudience, mayRead } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import type { NewEmbargo, TopicSeen } from '../../records/embargoes';
import type { RegistryChange } from '../../records/embargo-registry';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
});
afterEach(() => test.end());

const SENA = { id: 'sena', roles: ['security-engineer'] };
const NOW = '2026-11-20T12:00:00.000Z';
const FIRST = 'embargo:aaaaaaaaaa';
const SECOND = 'embargo:bbbbbbbbbb';

function change(embargo: string, key: string): RegistryChange {
  return { embargo, key, actor: SENA, reason: 'Reported by a researcher.' };
}

function opening(embargo: string, key = `open ${embargo}`): RegistryChange & NewEmbargo {
  return {
    ...change(embargo, key),
    title: 'Tokens are read by everybody',
    owner: 'olaf',
    severity: 'S1',
    affects: [{ line: '18.6', evidence: 'introduced by !123' }],
    audience: firstAudience({ owner: 'olaf', reviewers: ['rhea'], operators: [], now: NOW }),
  };
}

function topic(embargo: string, head: string, objects: readonly string[]): TopicSeen {
  return {
    ...change(embargo, `topic ${embargo} ${head}`),
    topic: { project: 'gitaly', line: '18.6', branch: `topic/${embargo.slice(8)}/18.6`, head },
    objects,
    fingerprints: ['f1', 'f2', 'f1'],
    making: 'one',
  };
}

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

it('opens an embargo once, whatever id a second attempt has drawn', async () => {
  const { embargoes } = test.records;

  const opened = await embargoes.open(opening(FIRST, 'key'));
  const again = await embargoes.open(opening(SECOND, 'key'));

  expect(again).toEqual(opened);
  expect(opened).toMatchObject({ id: FIRST, ordinal: 1, state: 'opened', topics: [], owner: 'olaf' });
  expect(opened).not.toHaveProperty('notBefore');
  expect(mayRead({ id: 'rhea', roles: [] }, opened, NOW)).toBe(true);
  expect(mayRead({ id: 'sven', roles: ['engineer'] }, opened, NOW)).toBe(false);
  expect(await embargoes.all()).toEqual([opened]);
  expect(await embargoes.revision()).toBe(1);
});

it('refuses a key that was used for something else, without a word about what', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST, 'key'));

  const other = embargoes.open({ ...opening(SECOND, 'key'), title: 'Another hole' });

  await expect(other).rejects.toThrow('key key: it was used before, for something else');
  await expect(other).rejects.not.toThrow(/Tokens/);
  expect(await embargoes.revision()).toBe(1);
});

it('moves once by key, with its line of history, and only from the state that was judged', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST));
  const sealing = { ...change(FIRST, 'withdraw'), from: 'opened', to: 'withdrawn' } as const;

  await embargoes.move(sealing);
  await embargoes.move(sealing);
  const late = embargoes.move({ ...change(FIRST, 'late'), from: 'opened', to: 'compromised' });

  await expect(late).rejects.toThrow('it has come into another state meanwhile');
  expect(await embargoes.find(FIRST)).toMatchObject({ state: 'withdrawn' });
  expect(await embargoes.history(FIRST)).toMatchObject([
    { act: 'opened', actor: SENA, revision: 1 },
    { act: 'withdrawn', actor: SENA, reason: 'Reported by a researcher.', revision: 2 },
  ]);
});

it('compares the revision and sets, and refuses who judged an older registry', async () => {
  const { embargoes } = test.records;
  const before = await embargoes.revision();
  await embargoes.open({ ...opening(FIRST), expectedRevision: before });

  const late = embargoes.open({ ...opening(SECOND), expectedRevision: before });

  await expect(late).rejects.toThrow('it has changed since it was read');
  expect((await embargoes.all()).map(({ id }) => id)).toEqual([FIRST]);
});

it('gives each change a revision of its own, however many come at once', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST));

  await Promise.all([A, B, C].map((head) => embargoes.registerTopic(topic(FIRST, head, [head]))));

  const lines = await embargoes.history(FIRST);
  expect(lines.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
  expect(await embargoes.revision()).toBe(4);
});

it('keeps every object that a topic ever had, after a new head and after its branch is gone', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST));
  await embargoes.registerTopic(topic(FIRST, A, [A, C]));
  await embargoes.registerTopic(topic(FIRST, B, [B, C]));

  expect((await embargoes.find(FIRST))?.topics).toMatchObject([{ project: 'gitaly', line: '18.6', head: B }]);
  await embargoes.removeTopic({ ...change(FIRST, 'gone'), actor: ENGINE, project: 'gitaly', line: '18.6' });

  expect((await embargoes.find(FIRST))?.topics).toEqual([]);
  const objects = await embargoes.objectsOf([FIRST]);
  expect(objects.map(({ object }) => object).toSorted()).toEqual([A, B, C]);
});

it('finds what looks like a topic, by the same making alone', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST));
  await embargoes.registerTopic(topic(FIRST, A, [A]));
  const asked = { fingerprints: ['f2', 'f9'] };

  expect(await embargoes.lookingLike({ ...asked, making: 'one' })).toEqual([
    { fingerprint: 'f2', embargo: FIRST },
  ]);
  expect(await embargoes.lookingLike({ ...asked, making: 'two' })).toEqual([]);
});

it('numbers embargoes in the order of the registry', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(SECOND));
  await embargoes.open(opening(FIRST));

  expect((await embargoes.all()).map(({ id, ordinal }) => [id, ordinal])).toEqual([
    [SECOND, 1],
    [FIRST, 2],
  ]);
});

it('lets an entry of the audience end at another time, and writes down who said so', async () => {
  const { embargoes } = test.records;
  await embargoes.open(opening(FIRST));
  const entry = { who: { person: 'rhea' }, as: 'reviewer', until: '2026-11-20T13:00:00.000Z' } as const;

  await embargoes.admit({ ...change(FIRST, 'shorter'), entry });

  const embargo = await embargoes.find(FIRST);
  expect(embargo?.audience.filter(({ who }) => 'person' in who && who.person === 'rhea')).toEqual([entry]);
  expect((await embargoes.history(FIRST)).at(-1)).toMatchObject({ act: 'admitted', details: entry });
});

it('keeps a finding once, for its embargoes', async () => {
  const { embargoes } = test.records;
  const finding = {
    key: 'patch:7/publish-refs/1',
    kind: 'denied',
    embargoes: [FIRST],
    project: 'gitaly',
    release: 'patch:7',
    sentence: 'It holds an object of it.',
    evidence: [],
    revision: 3,
  } as const;

  await embargoes.recordFinding(finding);
  await embargoes.recordFinding({ ...finding, sentence: 'Again.' });

  expect(await embargoes.findings(FIRST)).toMatchObject([finding]);
  expect(await embargoes.findings(SECOND)).toEqual([]);
});
