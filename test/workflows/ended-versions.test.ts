import type { WorkflowHandle } from '@temporalio/client';
import { permanent } from '../../activities/errors';
import { aLatch } from '../support/latch';
import { expectWholeRecord, linesOf } from '../support/record-of';
import type { Overrides } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('dev');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

async function childOf(release: TestRelease): Promise<WorkflowHandle> {
  const { versions } = await release.comesTo('have a child', (status) => status.versions.length === 1);
  return house.client.workflow.getHandle(versions[0]?.workflowId ?? '');
}

const DEAD = '18.6.2 workflow';

async function whileItTags(effects: Overrides = {}) {
  const latch = aLatch();
  const release = await house.patch({
    minors: ['18.6'],
    effects: { tagProject: (_, usual) => latch.wait().then(usual), ...effects },
  });
  const child = await childOf(release);
  return { release, child, latch };
}

describe('a version whose workflow ends in the engine', () => {
  it.each([
    ['cancelled', (child: WorkflowHandle) => child.cancel()],
    ['terminated', (child: WorkflowHandle) => child.terminate()],
  ])('because it was %s is a failed step, and starts again when a person says so', async (how, end) => {
    const { release, child, latch } = await whileItTags();

    await end(child);
    const { blockers, state } = await release.comesTo('fail', (status) => status.blockers.length === 1);
    latch.open();
    await release.decide('resume', { step: DEAD });
    await house.client.workflow.result(release.id);

    expect(state).toBe('failed_step');
    expect(blockers).toMatchObject([
      { step: DEAD, verdict: { whoActs: 'operator', sentence: `Its workflow was ${how} in the engine.` } },
    ]);
    const after = await release.status();
    expect(after.versions[0]?.workflowId).not.toBe(child.workflowId);
    expect(after).toMatchObject({ state: 'finalised', blockers: [], versions: [{ reached: 'published' }] });
    expectWholeRecord(release);
  });

  it('after its publication was asked for publishes when it was started again', async () => {
    const latch = aLatch();
    const release = await house.patch({
      minors: ['18.6'],
      effects: { publishProject: (_, usual) => latch.wait().then(usual) },
    });
    const child = await childOf(release);
    await release.comesTo('publish', () => release.script.callsOf('publishProject').length === 4);

    await child.cancel();
    await release.comesTo('fail', ({ blockers }) => blockers.length === 1);
    latch.open();
    await release.decide('resume', { step: DEAD });
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('finalised');
  });

  it('while a step of it waits for a person takes that step along', async () => {
    const broken = permanent('Conflict', { where: 'a', what: 'b', remedy: 'c' });
    const { release, child } = await whileItTags({ tagProject: () => Promise.reject(broken) });
    await release.comesTo('fail', ({ blockers }) => blockers.length === 1);

    await child.terminate();
    const failed = await release.comesTo('fail as a whole', ({ blockers }) => blockers.length === 2);
    release.script.override({ tagProject: (_, usual) => usual() });
    await release.decide('resume', { step: DEAD, reason: 'Once more.' });
    await house.client.workflow.result(release.id);

    expect(failed.blockers.map(({ step }) => step)).toEqual(['18.6.2 gitaly tag', DEAD]);
    expect(
      linesOf(release)
        .filter(({ to }) => to === 'step_resumed')
        .map(({ sentence }) => sentence),
    ).toEqual([`${DEAD} is tried again: Once more.`, '18.6.2 gitaly tag is tried again: Once more.']);
    expect((await release.status()).blockers).toEqual([]);
  });

  it('can be aborted', async () => {
    const { release, child } = await whileItTags();
    await child.terminate();
    await release.comesTo('fail', ({ blockers }) => blockers.length === 1);

    await release.decide('abort');
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('aborted');
    expect(release.script.callsOf('withdrawVersions')[0]?.input.versions).toMatchObject([
      { version: '18.6.2' },
    ]);
  });
});
