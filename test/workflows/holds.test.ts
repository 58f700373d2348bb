import { refusalOf, ROBIN } from '../support/decisions';
import { aLatch } from '../support/latch';
import { expectWholeRecord, linesOf, recordOf } from '../support/record-of';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const AN_HOUR_MS = 60 * 60_000;

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

/** Held while its issue is opened, which then is done: it stands before the next milestone. */
async function heldPatch(
  told: { readonly onHoldExpiry?: 'resume' | 'remind'; readonly until?: string } = {},
): Promise<TestRelease> {
  const { onHoldExpiry = 'resume', until } = told;
  const latch = aLatch();
  const release = await house.patch({
    settings: { onHoldExpiry, holdExpiryMs: 10 * AN_HOUR_MS },
    effects: { openReleaseIssue: (_, usual) => latch.wait().then(usual) },
  });
  await release.comesTo('open its issue', () => release.script.callsOf('openReleaseIssue').length === 1);
  await release.decide('hold', {
    reason: 'The runners are down.',
    ...(until === undefined ? {} : { until }),
  });
  latch.open();
  await release.comesTo('stand before prepared', ({ reached }) => reached.at(-1)?.milestone === 'warned');
  return release;
}

it('stops before the next milestone, and says who holds it, why and until when', async () => {
  const release = await heldPatch();

  await release.comesTo('have recorded it', () => recordOf(release).includes('held'));
  const { state, since, hold, next } = await release.status();

  expect(state).toBe('held');
  expect(hold).toMatchObject({ by: { id: 'rosa' }, reason: 'The runners are down.', since });
  expect(Date.parse(hold?.until ?? '') - Date.parse(since)).toBe(10 * AN_HOUR_MS);
  expect(next?.milestone).toBe('prepared');
});

it('goes on when somebody ends the hold', async () => {
  const release = await heldPatch();

  const { sentence } = await release.decide('resume', { by: ROBIN, reason: 'They are up.' });
  await house.client.workflow.result(release.id);

  const { state, hold } = await release.status();
  expect(sentence).toBe(`${release.id} goes on.`);
  expect({ state, hold }).toEqual({ state: 'finalised', hold: undefined });
  expect(linesOf(release).find(({ to }) => to === 'resumed')).toMatchObject({
    actor: ROBIN,
    sentence: 'robin ended the hold: They are up.',
  });
  expectWholeRecord(release);
});

it('has the state it had before, since it reached it, when the hold has ended', async () => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  const before = await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  await release.decide('hold');
  const held = await release.status();
  await release.decide('resume');
  const after = await release.status();

  expect(held.state).toBe('held');
  expect(after).toEqual(before);
});

it('goes on by itself when the hold has run out, where policy says so', async () => {
  const release = await heldPatch();

  await house.client.workflow.result(release.id);

  const { reached } = await release.status();
  const [prepared, closed] = ['prepared', 'closed'].map((name) =>
    reached.find(({ milestone }) => milestone === name),
  );
  expect(Date.parse(closed?.at ?? '') - Date.parse(prepared?.at ?? '')).toBeGreaterThanOrEqual(
    10 * AN_HOUR_MS,
  );
  expect(linesOf(release).find(({ to }) => to === 'hold_expired')).toMatchObject({
    actor: { id: 'signalbox' },
    sentence: 'The hold of rosa has run out; the release goes on.',
  });
  expectWholeRecord(release);
});

it('stays held and reminds when the hold has run out, where policy says so', async () => {
  const release = await heldPatch({ onHoldExpiry: 'remind' });
  const { hold: first } = await release.status();

  await house.pass(35 * AN_HOUR_MS);
  await release.comesTo('have reminded', () => expired(release) === 3);
  const { state, hold } = await release.status();

  expect(state).toBe('held');
  expect(hold?.since).toBe(first?.since);
  expect(hoursBetween(first?.until, hold?.until)).toBeCloseTo(30, 1);
  expect(linesOf(release).findLast(({ to }) => to === 'hold_expired')?.sentence).toBe(
    `The hold of rosa has run out and goes on until ${hold?.until}.`,
  );
  await release.decide('resume');
  await house.client.workflow.result(release.id);
});

function expired(release: TestRelease): number {
  return recordOf(release).filter((to) => to === 'hold_expired').length;
}

function hoursBetween(from = '', to = ''): number {
  return (Date.parse(to) - Date.parse(from)) / AN_HOUR_MS;
}

it('is held until the instant that was given', async () => {
  const until = new Date((await house.now()).getTime() + 3 * AN_HOUR_MS).toISOString();
  const release = await heldPatch({ until });

  await house.pass(2 * AN_HOUR_MS);
  const before = await release.status();
  await house.pass(2 * AN_HOUR_MS);
  await house.client.workflow.result(release.id);

  expect(before.hold?.until).toBe(until);
  expect(before.state).toBe('held');
  expect((await release.status()).state).toBe('finalised');
});

it('runs out on time while the release works or waits for something else', async () => {
  const release = await house.patch({
    settings: { holdExpiryMs: 2 * AN_HOUR_MS },
    awaitMilestones: ['closed'],
  });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
  await release.decide('hold');

  await house.pass(3 * AN_HOUR_MS);
  const after = await release.comesTo('be free', ({ hold }) => hold === undefined);

  expect(after.state).toBe('accepted');
  await release.comesTo('have recorded it', () => expired(release) === 1);
});

it('does not count the time that a step took a second time', async () => {
  const latch = aLatch();
  const release = await house.patch({
    settings: { holdExpiryMs: 2 * AN_HOUR_MS },
    effects: { surveyLines: (_, usual) => latch.wait().then(usual) },
  });
  await release.comesTo('survey', () => release.script.callsOf('surveyLines').length === 1);
  const anHourAgo = new Date((await house.now()).getTime() - AN_HOUR_MS);

  await release.decide('hold', { at: anHourAgo.toISOString() });
  latch.open();
  await house.client.workflow.result(release.id);

  const { reached } = await release.status();
  const published = reached.find(({ milestone }) => milestone === 'published')?.at;
  expect(hoursBetween(anHourAgo.toISOString(), published)).toBeCloseTo(2, 1);
});

it('can be held again after a hold', async () => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
  await release.decide('hold');
  await release.decide('resume');

  await release.decide('hold', { by: ROBIN });

  expect((await release.status()).hold?.by).toEqual(ROBIN);
});

it('refuses a second hold, and names the first', async () => {
  const release = await heldPatch();

  expect(await refusalOf(release.decide('hold', { by: ROBIN }))).toBe(
    'It is held already by rosa: The runners are down.',
  );
});

it('refuses to end a hold that there is not', async () => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  expect(await refusalOf(release.decide('resume'))).toBe('Nobody holds it.');
});

it.each([
  ['what is no instant', 'tomorrow', 'tomorrow is no instant such as 2026-12-01T12:00:00Z.'],
  [
    'an instant that is over',
    '2020-01-01T00:00:00.000Z',
    'A hold until 2020-01-01T00:00:00.000Z is over already.',
  ],
])('refuses a hold until %s', async (_, until, said) => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  expect(await refusalOf(release.decide('hold', { until }))).toBe(said);
});

it('refuses a hold when there is no milestone left to hold it before', async () => {
  const latch = aLatch();
  const release = await house.patch({
    effects: {
      noteOnReleaseIssue: (_, usual) => latch.wait().then(usual),
    },
  });
  await release.comesTo('close its issue', () => release.script.callsOf('noteOnReleaseIssue').length === 1);

  const said = await refusalOf(release.decide('hold'));
  latch.open();
  await house.client.workflow.result(release.id);

  expect(said).toBe('It is about to end; there is no milestone left to hold it before.');
  expect((await release.status()).state).toBe('finalised');
});

it('holds what is public before it is finalised', async () => {
  const latch = aLatch();
  const release = await house.patch({ effects: { markPublished: (_, usual) => latch.wait().then(usual) } });
  await release.comesTo('publish', () => release.script.callsOf('markPublished').length > 0);

  await release.decide('hold');
  latch.open();
  const held = await release.comesTo('be public', ({ reached }) => reached.at(-1)?.milestone === 'published');
  await release.decide('resume');
  await house.client.workflow.result(release.id);

  expect(held.state).toBe('held');
  expect((await release.status()).state).toBe('finalised');
});
