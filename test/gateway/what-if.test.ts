import { topicBranchOf } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import { reachedSentence } from '../../domain/release/version-reached';
import { stableBranchOf } from '../../domain/version/naming';
import { findProject } from '../../sandbox/gitlab/instance';
import { managedProject } from '../../starters/plan';
import { aSealedFix, FIX } from '../support/embargoes';
import { startGatewayOverGitLab, TOKENS, type GatewayOverGitLab } from './test-gateway';

let gateway: GatewayOverGitLab;

beforeAll(async () => {
  gateway = await startGatewayOverGitLab();
}, 60_000);
afterAll(() => gateway.end());

it('tells the numbers of the next patch and the next monthly, and that neither delays the other', async () => {
  const answer = await gateway.ask({ url: '/api/v1/what-if?question=monthly-first' });

  const { orders, basis } = answer.json();
  expect(orders.map(({ order }: { order: string[] }) => order)).toEqual([
    ['monthly:18.7', 'the next patch'],
    ['the next patch', 'monthly:18.7'],
  ]);
  for (const { numbers, burns, delayed } of orders) {
    expect(numbers.map(({ number }: { number: string }) => number).toSorted()).toEqual([
      '18.4.6',
      '18.5.4',
      '18.6.2',
      '18.7.0',
    ]);
    expect([burns, delayed]).toEqual([[], []]);
  }
  expect(basis).toBe('No version was cut and verified here yet, so no minutes can be told.');
});

it('tells a fix under embargo to its audience, and everybody else what it tells without it', async () => {
  const ask = async (token: string) =>
    (await gateway.ask({ url: '/api/v1/what-if?question=patch-first', token })).body;
  const before = await ask(TOKENS.engineer);
  await aSealedFix(gateway.records, ['default', '18.6']);

  expect(await ask(TOKENS.manager)).toContain('cuts 18.7.0 with embargo:k3v9x0q2ab');
  expect(await ask(TOKENS.engineer)).toBe(before);
});

it('counts a minor of which nothing is out as fixed on its stable branch, where it has a topic', async () => {
  const { instance } = gateway.gitlab;
  const lead = managedProject(gateway.deps.settingsOf('patch'));
  const row = findProject(instance, lead.repositories.canonical);
  if (row === undefined) throw new Error('it is planted');
  const isOnBoard = async (): Promise<boolean> => {
    const { body } = await gateway.ask({
      url: '/api/v1/what-if?question=patch-first',
      token: TOKENS.manager,
    });
    return body.includes(FIX);
  };
  await instance.repository(row).git(['branch', stableBranchOf(lead, '18.7.0'), 'master']);

  const before = await isOnBoard();
  await gateway.records.embargoes.registerTopic({
    embargo: FIX,
    key: 'topic 18.7',
    actor: ENGINE,
    reason: 'planted',
    topic: { project: 'gitaly', line: '18.7', branch: topicBranchOf(FIX, '18.7'), head: 'a'.repeat(40) },
    objects: [],
    fingerprints: [],
    making: 'none',
  });

  expect(before).toBe(false);
  expect(await isOnBoard()).toBe(true);
});

it('tells what a critical patch would cost a patch under way, by what was measured, and changes nothing', async () => {
  const { records, deps } = gateway;
  const opened = {
    requestKey: 'p',
    settings: deps.settingsOf('patch'),
    startedBy: { id: 'maria', roles: [] },
  };
  await records.releases.open({ ...opened, id: 'patch:7', kind: 'patch', title: 'Patch release 7 of 18.6' });
  const lines = { release: 'patch:7', workflowId: 'patch:7' };
  await records.closeRelease({
    ...lines,
    key: 'patch:7/close/18.6',
    step: 'close',
    target: '18.6',
    transitions: [],
    versions: [{ atLeast: '18.6.2' }],
    close: () => ({ result: { versions: [{ version: '18.6.2', projects: [] }] }, inclusions: [] }),
  });
  const actor = { id: 'signalbox', roles: ['engine'] };
  await records.transitions.append({
    ...lines,
    transitions: [
      {
        ordinal: 1,
        to: 'version_reached',
        actor,
        sentence: reachedSentence({ version: '18.6.2', reached: 'verified' }),
        evidence: [],
      },
    ],
  });
  const before = await records.versions.ofMinor({ minor: '18.6' });

  const answer = await gateway.ask({ url: '/api/v1/what-if?question=critical-now', token: TOKENS.engineer });

  const [now, last] = answer.json().orders;
  expect(now.burns).toMatchObject([{ release: 'patch:7', number: '18.6.2', replacedBy: '18.6.4' }]);
  expect([now.recompositions, last.recompositions]).toEqual([1, 0]);
  expect(now.rebuildMinutes).toBeGreaterThanOrEqual(0);
  expect(answer.json().basis).toMatch(/^Minutes: the median of 1 versions/);
  expect(await records.versions.ofMinor({ minor: '18.6' })).toEqual(before);
});

it('counts no internal release among what was measured', async () => {
  const { records, deps } = gateway;
  const basis = async () =>
    (await gateway.ask({ url: '/api/v1/what-if?question=critical-now', token: TOKENS.manager })).json().basis;
  const before = await basis();
  const id = 'internal:k3v9x0q2ab';
  const startedBy = { id: 'maria', roles: [] };
  await records.releases.open({
    id,
    kind: 'internal',
    title: 'Internal release',
    requestKey: 'i',
    settings: deps.settingsOf('internal'),
    startedBy,
  });
  const lines = { release: id, workflowId: id };
  await records.closeRelease({
    ...lines,
    key: `${id}/close/18.5`,
    step: 'close',
    target: '18.5',
    transitions: [],
    versions: [{ atLeast: '18.5.3-internal0' }],
    close: () => ({ result: { versions: [{ version: '18.5.3-internal0', projects: [] }] }, inclusions: [] }),
  });
  const sentence = reachedSentence({ version: '18.5.3-internal0', reached: 'verified' });
  await records.transitions.append({
    ...lines,
    transitions: [{ ordinal: 1, to: 'version_reached', actor: ENGINE, sentence, evidence: [] }],
  });

  expect(await basis()).toBe(before);
});

it('refuses a question that it does not know', async () => {
  expect((await gateway.ask({ url: '/api/v1/what-if?question=nonsense' })).statusCode).toBe(400);
});
