import type { WorkflowHandle } from '@temporalio/client';
import { refusalOf, type DecisionKind } from '../support/decisions';
import { aLatch } from '../support/latch';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';
import { until } from '../support/until';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('dev');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

async function waitingFor(milestone: 'closed' | 'published'): Promise<TestRelease> {
  const release = await house.patch({ minors: ['18.6'], awaitMilestones: [milestone] });
  await release.comesTo('wait', ({ waitingFor: told }) => told?.who === 'the calendar');
  await release.comesToRest();
  return release;
}

/** What the engine's page shows of a workflow that runs, without asking anything of ours. */
async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ readonly currentDetails: string }>(
    '__temporal_workflow_metadata',
  );
  return currentDetails;
}

async function stateOf({ handle }: TestRelease): Promise<unknown> {
  return (await handle.describe()).searchAttributes['SignalboxState']?.[0];
}

describe('with nothing but the page of the engine', () => {
  it('a release tells what it is, its state, since when, whom it waits for and what is next', async () => {
    const release = await waitingFor('closed');
    const { since } = await release.status();

    const [title, state, waits, next] = (await detailsOf(release.handle)).split('\n\n');

    expect(title).toBe(`### Patch release ${release.id.split(':')[1]} of 18.6`);
    expect(state).toBe(`**accepted** since ${since.slice(0, 10)} ${since.slice(11, 16)} UTC`);
    expect(waits).toBe('Waits for **the calendar**: closed is entered at its published time');
    expect(next).toBe('Next: **closed** (goes on to closed)');
  });

  it('a version tells whose it is, and what of it is tagged', async () => {
    const release = await waitingFor('published');
    const { versions } = await release.status();
    const child = house.client.workflow.getHandle(versions[0]?.workflowId ?? '');

    const details = await detailsOf(child);
    const { raw } = await child.describe();

    const summary = raw.executionConfig?.userMetadata?.summary?.data;
    expect(JSON.parse(Buffer.from(summary ?? []).toString())).toBe(`18.6.2, part of ${release.id}`);
    expect(details).toContain('### 18.6.2: verified');
    expect(details).toContain(`Part of \`${release.id}\``);
    expect(details).toContain('- [x] omnibus: 18.6.2+ce.0, 18.6.2+ee.0');
  });

  it('every effect has a line that people can read', async () => {
    const release = await waitingFor('published');

    const { events } = await release.handle.fetchHistory();
    const summaries = (events ?? [])
      .filter(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled != null)
      .map(
        ({ userMetadata }) => JSON.parse(Buffer.from(userMetadata?.summary?.data ?? []).toString()) as string,
      );

    expect(new Set(summaries)).toEqual(
      new Set([
        'Read 18.6',
        'Open the release issue',
        'Freeze the lists, reserve the numbers',
        'Write the record',
      ]),
    );
  });
});

describe('the search attribute of the state', () => {
  it('equals the state wherever a release waits, and at its end', async () => {
    const release = await waitingFor('published');

    const seen: unknown[] = [];
    async function look(): Promise<void> {
      const { state } = await release.status();
      await until(`the index to say ${state}`, async () => (await stateOf(release)) === state);
      seen.push(state);
    }
    await look();
    await release.decide('hold');
    await look();
    await release.decide('resume');
    await look();
    await release.handle.signal('milestoneDue', { milestone: 'published' });
    await release.handle.result();
    await look();

    expect(seen).toEqual(['rehearsed', 'held', 'rehearsed', 'finalised']);
  });

  it('says aborted', async () => {
    const release = await waitingFor('published');

    await release.decide('abort');
    await release.handle.result();

    expect(await stateOf(release)).toBe('aborted');
  });
});

describe('a decision without a proof', () => {
  it.each<DecisionKind>(['approve', 'hold', 'resume', 'abort'])(
    'to %s leaves no trace in the history',
    async (kind) => {
      const release = await waitingFor('closed');
      const { proof: _proof, ...unsigned } = release.gateway.sign(kind, release.id);
      const before = await release.handle.fetchHistory();

      await refusalOf(release.handle.executeUpdate<never, [object]>(kind, { args: [unsigned] }));
      await refusalOf(release.decide(kind, { release: 'patch:8' }));

      expect((await release.handle.fetchHistory()).events).toEqual(before.events);
    },
  );
});

describe('a pipeline', () => {
  it('that takes longer than it may fails its step as unknown, and is waited for again when a person says so', async () => {
    const latch = aLatch();
    const release = await house.patch({
      minors: ['18.6'],
      settings: { pipelineTimeoutMs: 1_500 },
      effects: {
        awaitPipeline: async ({ tag }, usual) => {
          if (tag.name === 'v18.6.2') await latch.wait();
          return usual();
        },
      },
    });
    const step = '18.6.2 gitaly pipeline v18.6.2';

    const { blockers } = await release.comesTo('give up', (status) => status.blockers.length === 1);
    latch.open();
    await release.decide('resume', { step });
    await release.handle.result();

    expect(blockers).toMatchObject([
      {
        step,
        verdict: { verdict: 'unknown', whoActs: 'operator', sentence: 'It did not end in the time it has.' },
      },
    ]);
    expect((await release.status()).state).toBe('finalised');
  });
});
