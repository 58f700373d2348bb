import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimJudgement, FactsUnderLock } from '../../domain/embargo/claim-judgement';
import type { Topic } from '../../domain/embargo/embargo';
import { openDatabase } from '../../records/database';
import { freshRecords, reserve, unitOf, type TestRecords } from '../support/records';
import { aSealedFix, FIX } from '../support/embargoes';
import { holdRegistry } from '../support/held-registry';

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
});
afterEach(() => test.end());

const change = { embargo: FIX, actor: { id: 'ada', roles: [] }, reason: 'planted' };

const stateOf = async () => (await test.records.embargoes.find(FIX))?.state;

/** What is sealed at the moment of the claim is disclosed; without it the version is composed again. */
function disclosing({ embargoes }: FactsUnderLock): ClaimJudgement {
  const isSealed = embargoes.some(({ state }) => state === 'sealed');
  return isSealed
    ? { moved: [], lacking: [], unfinished: [], discloses: [FIX] }
    : { moved: ['18.6.2'], lacking: [], unfinished: [], discloses: [] };
}

it('begins the disclosure with the claim, once', async () => {
  await aSealedFix(test.records, []);
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  const claim = { ...unitOf('patch:1', ['18.6.2']), judge: disclosing };

  expect(await test.records.publication.claim(claim)).toMatchObject({ claimed: true });
  // Asked again it finds its own claim, though by now the judgement would be another one.
  expect(await test.records.publication.claim(claim)).toMatchObject({ claimed: true, overtaken: [] });

  expect(await test.records.embargoes.find(FIX)).toMatchObject({ state: 'disclosing', plan: 'patch:1' });
  const begun = (await test.records.embargoes.history(FIX)).filter(({ act }) => act === 'disclosing');
  expect(begun).toHaveLength(1);
});

it('begins nothing when a number of the unit was overtaken', async () => {
  await aSealedFix(test.records, []);
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await reserve(test.records, 'patch:2', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:2', ['18.6.3']));

  const claim = await test.records.publication.claim({
    ...unitOf('patch:1', ['18.6.2']),
    judge: disclosing,
  });

  expect(claim).toMatchObject({ claimed: false, overtaken: ['18.6.2'] });
  expect(await stateOf()).toBe('sealed');
});

it('judges a fix that is being pulled by what the pull leaves, and never by what was before', async () => {
  await aSealedFix(test.records, []);
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  const held = await holdRegistry(test.url, `UPDATE embargoes SET state = 'withdrawn' WHERE id = '${FIX}'`);
  const claiming = test.records.publication.claim({
    ...unitOf('patch:1', ['18.6.2']),
    judge: disclosing,
  });
  await held.isWaitedFor();

  await held.leave();

  expect(await claiming).toMatchObject({ claimed: false, overtaken: ['18.6.2'] });
  expect(await stateOf()).toBe('withdrawn');
});

it('lets no two releases of different minors claim without having seen each other', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await reserve(test.records, 'monthly:18.7', { '18.7.0': undefined });
  const seen: (readonly string[])[] = [];
  const judge = ({ claimed }: FactsUnderLock): ClaimJudgement => {
    seen.push(claimed);
    return { moved: [], lacking: [], unfinished: [], discloses: [] };
  };

  await Promise.all([
    test.records.publication.claim({ ...unitOf('patch:1', ['18.6.2']), judge }),
    test.records.publication.claim({ ...unitOf('monthly:18.7', ['18.7.0']), judge }),
  ]);

  expect(seen.map(({ length }) => length)).toEqual([0, 1]);
});

function topic(line: string, head: string): Topic {
  return { project: 'gitaly', line, branch: `topic/${line}`, head };
}

it('keeps topics as they were when their disclosure began, also of databases from before it kept them', async () => {
  const { embargoes } = test.records;
  const register = async (key: string, at: Topic): Promise<void> =>
    embargoes.registerTopic({ ...change, key, topic: at, objects: [], fingerprints: [], making: 'none' });
  const [given, first, standing] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [
    string,
    string,
    string,
  ];
  await aSealedFix(test.records, []);
  await register('given', topic('18.5', given));
  await embargoes.removeTopic({ ...change, key: 'gone', project: 'gitaly', line: '18.5' });
  await register('first', topic('18.6', first));
  await register('standing', topic('18.6', standing));
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  expect(await embargoes.disclosedTopics()).toEqual([]);

  await test.records.publication.claim({ ...unitOf('patch:1', ['18.6.2']), judge: disclosing });
  await register('later', topic('18.6', given));
  await embargoes.removeTopic({ ...change, key: 'merged', project: 'gitaly', line: '18.6' });

  const disclosed = [{ embargo: FIX, ...topic('18.6', standing) }];
  expect(await embargoes.disclosedTopics()).toEqual(disclosed);
  const database = openDatabase({ url: test.url });
  const forget = 'UPDATE embargo_topics SET disclosed_head = NULL';
  await database.rows({ name: 'test.forget', text: forget }, []);
  await database.rows({ name: 'test.migrate', text: await fillingOf('0009_disclosed_topics') }, []);
  expect(await embargoes.disclosedTopics()).toEqual(disclosed);
  await database.close();
});

/** The part of a migration that fills what it has added. */
async function fillingOf(migration: string): Promise<string> {
  const text = await readFile(join(__dirname, `../../records/migrations/${migration}.sql`), 'utf8');
  return text.slice(text.indexOf('UPDATE'));
}
