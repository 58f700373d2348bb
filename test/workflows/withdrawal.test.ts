import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { DecisionTaken } from '../../workflows/release.messages';
import { aGateway, refusalOf, type TestGateway } from '../support/decisions';
import { aLatch } from '../support/latch';
import type { Overrides } from '../support/scripted-effects';
import { until } from '../support/until';
import {
  standsStill,
  startWorkflowHouse,
  type TestRelease,
  type WorkflowHouse,
} from '../support/workflow-house';

const VERSION = '18.6.1';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

interface Withdrawing {
  readonly carrier: TestRelease;
  /** Whose key the settings have as they are now. */
  readonly gateway: TestGateway;
  readonly withdrawal: WorkflowHandle;
}

/** A withdrawal of what a release has published, not decided yet, whose successor is a release that is there already. */
async function started(
  effects: (successor: TestRelease) => Overrides = () => ({}),
  replacement?: TestGateway,
): Promise<Withdrawing> {
  const successor = await house.patch({ minors: ['18.6'] });
  await house.client.workflow.result(successor.id);
  const carrier = await house.patch({ awaitMilestones: ['closed'], effects: effects(successor) });
  await carrier.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
  const { taskQueue } = await carrier.handle.describe();
  const { settings } = carrier;
  const gateway = replacement ?? carrier.gateway;
  const successorSettings = { ...settings, gatewayKeys: [gateway.publicKey] };
  const withdrawal = await house.client.workflow.start('withdrawal', {
    workflowId: `withdrawal:${randomUUID()}`,
    taskQueue,
    args: [{ settings, successorSettings, version: VERSION, carrier: carrier.id }],
  });
  return { carrier, gateway, withdrawal };
}

async function decide({ gateway, withdrawal }: Omit<Withdrawing, 'carrier'>): Promise<DecisionTaken> {
  const at = (await house.now()).toISOString();
  const decision = gateway.sign('withdraw', withdrawal.workflowId, { at });
  await standsStill(withdrawal);
  return withdrawal.executeUpdate<DecisionTaken, [object]>('withdraw', { args: [decision] });
}

function followedBy({ id, settings }: TestRelease): Overrides {
  return {
    withdrawPublished: async (_, usual) => ({
      ...(await usual()),
      successor: { id, title: 'It has ended', settings },
    }),
  };
}

it('starts no successor again that has ended since', async () => {
  let successor: TestRelease | undefined;
  const withdrawing = await started((ended) => followedBy((successor = ended)));
  const before = await successor?.handle.describe();

  await decide(withdrawing);
  await house.client.workflow.result(withdrawing.withdrawal.workflowId);

  const after = await successor?.handle.describe();
  expect(after?.status.name).toBe('COMPLETED');
  expect(after?.runId).toBe(before?.runId);
});

it('tells the reason that was given first, and starts what follows for whoever opened it', async () => {
  const opener = { id: 'olga', roles: ['release-manager'] };
  const next = `patch:${randomUUID()}`;
  const withdrawing = await started(({ settings }) => ({
    withdrawPublished: async (_, usual) => ({
      ...(await usual()),
      reason: 'It loses uploads.',
      successor: { id: next, title: 'The next', settings, startedBy: opener },
    }),
  }));
  const { carrier, withdrawal } = withdrawing;

  await decide(withdrawing);
  await house.client.workflow.result(withdrawal.workflowId);

  const [marked] = carrier.script.callsOf('withdrawPublished').map(({ input }) => input.reason);
  const [told] = carrier.script.callsOf('tellWithdrawal').map(({ input }) => input.reason);
  const successor = house.client.workflow.getHandle(next);
  const { events } = await successor.fetchHistory();
  await successor.terminate('the test is over');
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  expect(told).toBe('It loses uploads.');
  expect(marked).not.toBe(told);
  expect(Buffer.from(input?.payloads?.[0]?.data ?? []).toString()).toContain(JSON.stringify(opener));
});

it('is done whole once it is decided, whoever cancels it in the engine', async () => {
  const told = aLatch();
  const withdrawing = await started((ended) => ({
    ...followedBy(ended),
    tellWithdrawal: async (_, usual) => {
      await told.wait();
      return usual();
    },
  }));
  const { carrier, withdrawal } = withdrawing;
  await decide(withdrawing);
  await until('it to be told', () => carrier.script.callsOf('tellWithdrawal').length === 1);

  await withdrawal.cancel();
  told.open();
  await house.client.workflow.result(withdrawal.workflowId);

  expect((await withdrawal.describe()).status.name).toBe('COMPLETED');
  expect(carrier.script.callsOf('tellWithdrawal').map(({ outcome }) => outcome)).toEqual(['done']);
});

it('is decided through the gateway that there is now, not through the one of when the version came out', async () => {
  const { carrier, gateway, withdrawal } = await started(followedBy, aGateway());

  const refused = await refusalOf(decide({ gateway: carrier.gateway, withdrawal }));
  await decide({ gateway, withdrawal });
  await house.client.workflow.result(withdrawal.workflowId);

  expect(refused).toContain('It carries no proof of a gateway that this withdrawal knows');
  expect(carrier.script.callsOf('withdrawPublished').map(({ outcome }) => outcome)).toEqual(['done']);
});
