import { linesOf } from '../support/record-of';
import { startWorkflowHouse, type WorkflowHouse } from '../support/workflow-house';

const HOUR_MS = 60 * 60_000;

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

it('stands in the record of a patch while it counts, by the clock of the effects', async () => {
  const now = (await house.now()).getTime();
  const excepted = (system: string, ms: number) => ({
    system,
    approvedBy: 'lena',
    reason: 'Its hardware is replaced.',
    until: new Date(now + ms).toISOString(),
  });
  const [ended, short, long] = [
    excepted('cell-7', -1),
    excepted('cell-8', HOUR_MS),
    excepted('cell-9', 100 * HOUR_MS),
  ];
  const release = await house.patch({
    settings: {
      managedSystems: ['gprd', 'cell-7', 'cell-8', 'cell-9'],
      systemExceptions: [ended, short, long],
      approvals: [
        {
          kinds: ['patch'],
          before: 'published',
          roles: ['release-manager'],
          count: 1,
          remindAfterMs: HOUR_MS,
        },
      ],
    },
  });
  await release.comesTo('wait for its approval', ({ waitingFor }) => waitingFor !== undefined);
  await house.pass(2 * HOUR_MS);
  await release.decide('approve', { before: 'published' });
  await house.client.workflow.result(release.id);

  const lines = linesOf(release);
  const atClose = lines.find(({ to }) => to === 'on_managed_systems');
  const published = lines.find(({ to }) => to === 'published');
  expect(atClose?.sentence).toBe(
    'No managed system lacks what this patch makes public.' +
      ` Not waited for: cell-8 (excepted by lena until ${short.until}),` +
      ` cell-9 (excepted by lena until ${long.until}).`,
  );
  expect(published?.sentence).toBe(
    `18.6.2, 18.5.2 are public. Not waited for: cell-9 (excepted by lena until ${long.until}).`,
  );
  expect(published?.evidence).toEqual([
    { label: 'exception for cell-9', value: `lena, until ${long.until}: Its hardware is replaced.` },
  ]);
});
