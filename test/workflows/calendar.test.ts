import { milestoneDue } from '../../workflows/release.messages';
import { MONTHLY_MILESTONES, PATCH_MILESTONES, type Milestone } from '../../domain/release/milestones';
import { expectWholeRecord } from '../support/record-of';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

async function isDue({ handle }: TestRelease, milestone: Milestone): Promise<void> {
  await handle.signal(milestoneDue, { milestone, at: '2026-12-17T12:30:00.000Z' });
}

describe.each([
  ['monthly', MONTHLY_MILESTONES],
  ['patch', PATCH_MILESTONES],
] as const)('a %s release that waits for the calendar before every milestone', (kind, milestones) => {
  it('enters each when it is due, and says meanwhile what it waits for', async () => {
    const release = await house[kind]({ awaitMilestones: milestones });

    const told: unknown[] = [];
    for (const milestone of milestones) {
      const waiting = await release.comesTo(
        `wait for ${milestone}`,
        ({ waitingFor }) => waitingFor?.sentence.startsWith(`${milestone.replaceAll('_', ' ')} `) === true,
      );
      told.push([waiting.waitingFor?.who, waiting.reached.length]);
      await isDue(release, milestone);
    }
    await house.client.workflow.result(release.id);

    const { reached } = await release.status();
    expect(told).toEqual(milestones.map((_, index) => ['the calendar', index]));
    expect(reached.map(({ milestone }) => milestone)).toEqual(milestones);
    expectWholeRecord(release);
  });
});

it('does not wait for a milestone that was due before', async () => {
  const release = await house.patch({ awaitMilestones: ['closed', 'published'] });
  await isDue(release, 'published');
  await release.comesTo('wait for closed', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  await isDue(release, 'closed');
  await house.client.workflow.result(release.id);

  expect((await release.status()).state).toBe('finalised');
});

it('waits for weeks', async () => {
  const release = await house.patch({ awaitMilestones: ['published'] });
  const waiting = await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  await house.pass(20 * 24 * 60 * 60_000);

  expect(await release.status()).toEqual(waiting);
  await isDue(release, 'published');
  await house.client.workflow.result(release.id);
});

it('has recorded what it reached before it waits', async () => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  await release.comesTo('record it', () => recorded(release).includes('accepted'));

  expect(recorded(release)).toEqual(['opened', 'opened', 'warned', 'prepared', 'accepted']);
});

function recorded({ script, id }: TestRelease): readonly string[] {
  return (script.recorded().get(id) ?? []).map(({ to }) => to);
}

it.each([
  ['no content', undefined],
  ['nothing', null],
  ['a text', 'published'],
  ['a milestone that is no text', { milestone: 7 }],
  ['an unknown milestone', { milestone: 'lunch' }],
])('passes over a signal that holds %s', async (_, content) => {
  const release = await house.patch({ awaitMilestones: ['warned'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  await release.handle.signal('milestoneDue', ...(content === undefined ? [] : [content]));
  await isDue(release, 'warned');
  await house.client.workflow.result(release.id);

  expect((await release.status()).state).toBe('finalised');
});
