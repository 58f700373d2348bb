import { permanent } from '../../activities/errors';
import { aLatch } from '../support/latch';
import { expectWholeRecord } from '../support/record-of';
import { startWorkflowHouse, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

describe('a release whose cancellation is asked for in the engine', () => {
  it('goes on, for that carries no proof', async () => {
    const release = await house.patch({ awaitMilestones: ['published'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.handle.cancel();
    await release.handle.signal('milestoneDue', { milestone: 'published' });
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('finalised');
    expectWholeRecord(release);
  });

  it('can still be decided about', async () => {
    let isFirst = true;
    const release = await house.patch({
      minors: ['18.6'],
      awaitMilestones: ['closed', 'published'],
      effects: {
        makePackages: async (_, usual) => {
          if (!isFirst) return usual();
          isFirst = false;
          throw permanent('Conflict', { where: 'a', what: 'b', remedy: 'c' });
        },
      },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await release.handle.cancel();
    await release.handle.signal('milestoneDue', { milestone: 'closed' });
    const { blockers } = await release.comesTo('fail', (status) => status.blockers.length === 1);

    await release.decide('resume', { step: blockers[0]?.step });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await release.decide('abort');
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('aborted');
    expect(release.script.callsOf('withdrawVersions')).toHaveLength(1);
  });
});

describe('a signal of a version', () => {
  it('that is there before the start of its workflow is known is not lost', async () => {
    const release = await house.patch({
      minors: ['18.6'],
      awaitMilestones: ['tagged'],
      effects: { tagProject: () => aLatch().wait().then(neverOpened) },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    const at = (await house.now()).toISOString();

    for (const reached of ['tagged', 'built', 'verified'])
      await release.handle.signal('versionReached', { version: '18.6.2', reached, at });
    await release.handle.signal('milestoneDue', { milestone: 'tagged' });
    const { reached } = await release.comesTo(
      'claim',
      () => release.script.callsOf('claimPublication').length === 1,
    );

    expect(reached.map(({ milestone }) => milestone)).toEqual(
      expect.arrayContaining(['tagged', 'built', 'verified']),
    );
  });

  it('that is malformed or of another release is passed over', async () => {
    const release = await house.patch({ awaitMilestones: ['published'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    const before = await release.status();

    await release.handle.signal('versionReached');
    await release.handle.signal('versionReached', { version: 7, reached: 'tagged', at: '' });
    await release.handle.signal('versionReached', { version: '1.0.0', reached: 'tagged', at: '' });
    await release.handle.signal('stepFailed', null);
    await release.handle.signal('stepFailed', { step: 'close' });
    await release.handle.signal('stepFailed', {
      step: '1.0.0 gitaly tag',
      verdict: { sentence: 'It failed.' },
    });

    expect(await release.status()).toEqual(before);
    await release.handle.signal('milestoneDue', { milestone: 'published' });
    await house.client.workflow.result(release.id);
  });

  it('that is malformed or of a step that has not failed is passed over by a version', async () => {
    const release = await house.patch({ minors: ['18.6'], awaitMilestones: ['published'] });
    const { versions } = await release.comesTo(
      'wait',
      ({ waitingFor }) => waitingFor?.who === 'the calendar',
    );
    const child = house.client.workflow.getHandle(versions[0]?.workflowId ?? '');

    await child.signal('resumeStep');
    await child.signal('resumeStep', { step: 7 });
    await child.signal('resumeStep', { step: '18.6.2 gitaly tag' });
    await release.handle.signal('milestoneDue', { milestone: 'published' });
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('finalised');
  });
});

function neverOpened(): never {
  throw new Error('the latch is never opened');
}
