import { WorkflowUpdateFailedError } from '@temporalio/client';
import { aGateway, refusalOf, type DecisionKind } from '../support/decisions';
import { expectWholeRecord } from '../support/record-of';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const NO_PROOF =
  'It carries no proof of a gateway that this release knows. Decide with `signalbox release` or in Slack, not in the engine.';
const KINDS: readonly DecisionKind[] = ['approve', 'hold', 'resume', 'abort', 'pickCandidate'];

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

/** A monthly release knows every kind of decision. */
async function waiting(): Promise<TestRelease> {
  const release = await house.monthly({ awaitMilestones: ['announced'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
  return release;
}

/** Updates that its history knows of. */
async function updates({ handle }: TestRelease): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(({ workflowExecutionUpdateAcceptedEventAttributes: one }) => one != null)
    .length;
}

/** Sends what somebody made who has no gateway. */
function send(release: TestRelease, kind: DecisionKind, decision: unknown): Promise<never> {
  return release.handle.executeUpdate<never, [unknown]>(kind, { args: [decision] });
}

describe.each(KINDS)('a decision to %s', (kind) => {
  it('that nobody has signed is refused, and leaves no trace', async () => {
    const release = await waiting();
    const { proof: _proof, ...unsigned } = release.gateway.sign(kind, release.id);
    const status = await release.status();

    const said = [
      await refusalOf(send(release, kind, unsigned)),
      await refusalOf(send(release, kind, { ...unsigned, proof: '' })),
      await refusalOf(send(release, kind, { ...unsigned, proof: 'ab'.repeat(64) })),
    ];

    expect(said).toEqual([NO_PROOF, NO_PROOF, NO_PROOF]);
    expect(await updates(release)).toBe(0);
    expect(await release.status()).toEqual(status);
  });

  it('that a stranger has signed is refused', async () => {
    const release = await waiting();

    expect(await refusalOf(send(release, kind, aGateway().sign(kind, release.id)))).toBe(NO_PROOF);
  });

  it('that says something else than was signed is refused', async () => {
    const release = await waiting();
    const signed = release.gateway.sign(kind, release.id);
    const changed = { ...signed, by: { id: 'eve', roles: ['release-manager'] } };

    expect(await refusalOf(send(release, kind, changed))).toBe(NO_PROOF);
  });

  it('that was signed as another kind is refused', async () => {
    const release = await waiting();
    const other = kind === 'abort' ? 'hold' : 'abort';

    expect(await refusalOf(send(release, kind, release.gateway.sign(other, release.id)))).toBe(NO_PROOF);
  });

  it('that is about another release is refused, and names that', async () => {
    const release = await waiting();

    const said = await refusalOf(send(release, kind, release.gateway.sign(kind, 'patch:8')));

    expect(said).toBe('It is a decision about patch:8.');
    expect(await updates(release)).toBe(0);
  });

  it.each(['', '  \n'])('for the reason %j is refused', async (reason) => {
    const release = await waiting();

    expect(await refusalOf(release.decide(kind, { reason }))).toBe('Say why: a decision has a reason.');
  });

  it('that was made at no instant is refused', async () => {
    const release = await waiting();

    expect(await refusalOf(release.decide(kind, { at: 'yesterday' }))).toBe(
      'It was made at yesterday, which is no instant.',
    );
  });

  it('that is no decision at all is refused, and the release goes on', async () => {
    const release = await waiting();

    for (const decision of [undefined, null, 'abort it', [], {}])
      await expect(send(release, kind, decision)).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await release.handle.signal('milestoneDue', { milestone: 'announced' });
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('finalised');
    expectWholeRecord(release);
  });
});

it('is taken once however often it is sent under the same id', async () => {
  const release = await waiting();
  const decision = release.gateway.sign('hold', release.id, { at: (await house.now()).toISOString() });
  const options = { updateId: decision.id, args: [decision] as [object] };

  const first = await release.handle.executeUpdate('hold', options);
  const second = await release.handle.executeUpdate('hold', options);

  expect(second).toEqual(first);
});

it('is refused when no release knows such a decision', async () => {
  const release = await waiting();

  await expect(release.handle.executeUpdate('skip', { args: [{}] })).rejects.toBeInstanceOf(
    WorkflowUpdateFailedError,
  );
});
