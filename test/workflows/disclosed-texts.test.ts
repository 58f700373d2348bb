import { permanent } from '../../activities/errors';
import { expectWholeRecord } from '../support/record-of';
import { startWorkflowHouse, type WorkflowHouse } from '../support/workflow-house';

const A_DAY_MS = 24 * 60 * 60_000;

let house: WorkflowHouse;

// One for each test: the time-skipping server never skips again once a child has ended after its parent, for it locks time until
// the parent has heard of it.
beforeEach(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(async () => {
  await house.endTest();
  await house.end();
}, 60_000);

it('publishes the texts thirty days after the disclosure, when the release has long ended', async () => {
  const release = await house.patch();
  await release.comesTo('be finalised', ({ state }) => state === 'finalised');
  const disclosed = await house.now();

  await house.client.workflow.result(`texts:${release.id}`);

  const published = release.script.callsOf('publishDisclosedTexts').map(({ input }) => input);
  expect(published).toMatchObject([{ release: release.id, version: '18.6.2' }]);
  expect((await house.now()).getTime() - disclosed.getTime()).toBeGreaterThan(29 * A_DAY_MS);
});

it('of a release of an older revision tries each day, and takes no step more than its history has', async () => {
  let tries = 0;
  const release = await house.patch({
    settings: { processRevision: 3 },
    effects: {
      publishDisclosedTexts: async (_, usual) => {
        tries += 1;
        if (tries > 1) return usual();
        throw permanent('Conflict', { where: 'fix.md', what: 'it is another one', remedy: 'Delete it' });
      },
    },
  });
  await release.comesTo('be finalised', ({ state }) => state === 'finalised');

  await house.client.workflow.result(`texts:${release.id}`);

  const written = release.script
    .callsOf('recordTransitions')
    .filter(({ workflowId }) => workflowId === `texts:${release.id}`);
  expect([tries, written]).toEqual([2, []]);
});

it('says once in the record what stands in the way of the texts, tries again each day, and says so', async () => {
  let tries = 0;
  const release = await house.patch({
    effects: {
      publishDisclosedTexts: async (_, usual) => {
        tries += 1;
        if (tries > 3) return usual();
        throw permanent('Conflict', { where: 'fix.md', what: 'it is another one', remedy: 'Delete it' });
      },
    },
  });
  await release.comesTo('be finalised', ({ state }) => state === 'finalised');
  const disclosed = await house.now();

  await house.client.workflow.result(`texts:${release.id}`);

  const lines = release.script.recorded().get(`texts:${release.id}`);
  expect(lines?.map(({ to, sentence }) => [to, sentence])).toEqual([
    ['step_failed', 'texts: fix.md: it is another one. Delete it'],
    ['step_resumed', 'texts is tried again: nothing stands in the way any more.'],
  ]);
  expect(tries).toBe(4);
  expect((await house.now()).getTime() - disclosed.getTime()).toBeGreaterThan(32 * A_DAY_MS);
  expectWholeRecord(release);
});
