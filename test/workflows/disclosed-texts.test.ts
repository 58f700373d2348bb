import { startWorkflowHouse, type WorkflowHouse } from '../support/workflow-house';

const A_DAY_MS = 24 * 60 * 60_000;

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

it('publishes the texts thirty days after the disclosure, when the release has long ended', async () => {
  const release = await house.patch();
  await release.comesTo('be finalised', ({ state }) => state === 'finalised');
  const disclosed = await house.now();

  await house.client.workflow.result(`texts:${release.id}`);

  const published = release.script.callsOf('publishDisclosedTexts').map(({ input }) => input);
  expect(published).toMatchObject([{ release: release.id, version: '18.6.2' }]);
  expect((await house.now()).getTime() - disclosed.getTime()).toBeGreaterThan(29 * A_DAY_MS);
});
