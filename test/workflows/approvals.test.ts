import type { ApprovalPolicy } from '../../domain/release/release';
import { refusalOf, ROBIN, ROSA, SAM } from '../support/decisions';
import { expectWholeRecord, linesOf, recordOf } from '../support/record-of';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const AN_HOUR_MS = 60 * 60_000;

const BY_MANAGER: ApprovalPolicy = {
  kinds: ['patch', 'monthly'],
  before: 'published',
  roles: ['release-manager'],
  count: 1,
  remindAfterMs: 4 * AN_HOUR_MS,
};
const BY_SECURITY: ApprovalPolicy = { ...BY_MANAGER, roles: ['security-engineer'] };

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

function patchWith(...approvals: readonly ApprovalPolicy[]): Promise<TestRelease> {
  return house.patch({ minors: ['18.6'], settings: { approvals } });
}

async function waits(release: TestRelease, who = 'release-manager') {
  return release.comesTo(`wait for ${who}`, ({ waitingFor }) => waitingFor?.who === who);
}

function claims({ script }: TestRelease): number {
  return script.callsOf('claimPublication').length;
}

it('publishes nothing before the approval, and everything after it', async () => {
  const release = await patchWith(BY_MANAGER);
  const waiting = await waits(release);

  const { sentence } = await release.decide('approve', { before: 'published' });
  const claimedBefore = claims(release);
  await house.client.workflow.result(release.id);

  const { state, waitingFor, approvals } = await release.status();
  expect(waiting.next).toMatchObject({ milestone: 'published' });
  expect(waiting.waitingFor?.sentence).toBe(
    `1 approval of published is missing: \`signalbox release approve ${release.id} --before published --reason "…"\``,
  );
  expect(sentence).toBe(`Approved: ${release.id} may go on to published.`);
  expect(claimedBefore).toBeLessThanOrEqual(1);
  expect({ state, waitingFor }).toEqual({ state: 'finalised', waitingFor: undefined });
  expect(approvals).toMatchObject([{ before: 'published', by: ROSA, reason: 'It was looked at.' }]);
  expect(linesOf(release).find(({ to }) => to === 'approved')).toMatchObject({
    actor: ROSA,
    sentence: 'rosa approved published: It was looked at.',
  });
  expectWholeRecord(release);
});

it('does not publish while nobody approves, and reminds again and again', async () => {
  const release = await patchWith(BY_MANAGER);
  await waits(release);

  await house.pass(13 * AN_HOUR_MS);
  await release.comesTo('have recorded it', () => reminders(release) === 3);

  expect(claims(release)).toBe(0);
  expect(linesOf(release).at(-1)).toMatchObject({
    to: 'approval_reminded',
    sentence: 'Still waits for release-manager to approve published.',
  });
  expectWholeRecord(release);
});

function reminders(release: TestRelease): number {
  return recordOf(release).filter((to) => to === 'approval_reminded').length;
}

it('takes an approval that comes after reminders', async () => {
  const release = await patchWith(BY_MANAGER);
  await waits(release);
  await house.pass(9 * AN_HOUR_MS);

  await release.decide('approve', { before: 'published' });
  await house.client.workflow.result(release.id);

  expect(reminders(release)).toBe(2);
  expect((await release.status()).state).toBe('finalised');
});

it('does not wait for an approval that was given early', async () => {
  const release = await house.patch({
    settings: { approvals: [BY_MANAGER] },
    awaitMilestones: ['closed'],
  });
  await waits(release, 'the calendar');

  await release.decide('approve', { before: 'published' });
  await release.handle.signal('milestoneDue', { milestone: 'closed' });
  await house.client.workflow.result(release.id);

  expect(recordOf(release).filter((to) => to === 'approved')).toHaveLength(1);
  expect(recordOf(release).indexOf('approved')).toBeLessThan(recordOf(release).indexOf('closed'));
});

it('waits for as many people as policy asks for, and counts them down', async () => {
  const release = await patchWith({ ...BY_MANAGER, count: 2 });
  const none = await waits(release);

  const first = await release.decide('approve', { before: 'published' });
  const one = await release.comesTo(
    'lack one',
    ({ waitingFor }) => waitingFor?.sentence.startsWith('1 ') === true,
  );
  const again = await refusalOf(release.decide('approve', { before: 'published', reason: 'Once more.' }));
  const claimedByOne = claims(release);
  const second = await release.decide('approve', { before: 'published', by: ROBIN });
  await house.client.workflow.result(release.id);

  expect(none.waitingFor?.sentence).toMatch(/^2 approval/);
  expect(one.approvals).toHaveLength(1);
  expect(again).toBe('rosa has approved this already.');
  expect(claimedByOne).toBe(0);
  expect([first.sentence, second.sentence]).toEqual([
    'Approved: 1 more to go.',
    `Approved: ${release.id} may go on to published.`,
  ]);
});

it('has recorded the first of two approvals while it waits for the second', async () => {
  const release = await patchWith({ ...BY_MANAGER, count: 2 });
  await waits(release);

  await release.decide('approve', { before: 'published' });

  await expect(
    release.comesTo('have recorded it', () => recordOf(release).includes('approved')),
  ).resolves.toBeDefined();
});

it('waits for every policy before a milestone', async () => {
  const release = await patchWith(BY_MANAGER, BY_SECURITY);
  await waits(release, 'release-manager');

  await release.decide('approve', { before: 'published' });
  await waits(release, 'security-engineer');
  await release.decide('approve', { before: 'published', by: SAM });
  await house.client.workflow.result(release.id);

  expect((await release.status()).approvals.map(({ by }) => by.id)).toEqual(['rosa', 'sam']);
});

it('counts one person for two policies where they have both roles', async () => {
  const release = await patchWith(BY_MANAGER, BY_SECURITY);
  await waits(release);

  const by = { id: 'pat', roles: ['security-engineer', 'release-manager'] };
  await release.decide('approve', { before: 'published', by });
  await house.client.workflow.result(release.id);

  expect((await release.status()).state).toBe('finalised');
});

it.each([
  [
    'by a wrong role',
    { before: 'published', by: SAM },
    'Only release-manager may approve this, which sam is not.',
  ],
  [
    'by nobody in particular',
    { before: 'published', by: { id: 'eve', roles: [] } },
    'Only release-manager may approve this, which eve is not.',
  ],
  ['before a milestone that asks for none', { before: 'closed' }, 'No approval is asked for before closed.'],
  ['before what is no milestone', { before: 'lunch' }, 'No approval is asked for before lunch.'],
])('refuses an approval %s', async (_, told, said) => {
  const release = await patchWith(BY_MANAGER);
  await waits(release);

  expect(await refusalOf(release.decide('approve', told))).toBe(said);
  expect((await release.status()).approvals).toEqual([]);
});

it('refuses an approval of what was reached', async () => {
  const release = await house.patch({
    settings: { approvals: [{ ...BY_MANAGER, before: 'warned' }] },
    awaitMilestones: ['closed'],
  });
  await waits(release);
  await release.decide('approve', { before: 'warned' });
  await waits(release, 'the calendar');

  expect(await refusalOf(release.decide('approve', { before: 'warned', by: ROBIN }))).toBe(
    'It is warned already.',
  );
});

it.each(['opened', 'finalised'] as const)('can ask for an approval before %s too', async (before) => {
  const release = await patchWith({ ...BY_MANAGER, before });
  await waits(release);

  await release.decide('approve', { before });
  await house.client.workflow.result(release.id);

  expect((await release.status()).state).toBe('finalised');
});

it('asks only for kinds of releases that the policy names', async () => {
  const release = await patchWith({ ...BY_MANAGER, kinds: ['monthly'] });

  await house.client.workflow.result(release.id);

  expect((await release.status()).approvals).toEqual([]);
});
