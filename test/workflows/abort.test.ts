import { CancelledFailure } from '@temporalio/common';
import { permanent } from '../../activities/errors';
import type { Milestone } from '../../domain/release/milestones';
import type { ApprovalPolicy } from '../../domain/release/release';
import { refusalOf, ROBIN } from '../support/decisions';
import { aLatch, type Latch } from '../support/latch';
import { expectWholeRecord, linesOf, recordOf } from '../support/record-of';
import type { EffectName, Overrides } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const APPROVAL: ApprovalPolicy = {
  kinds: ['patch', 'monthly'],
  before: 'published',
  roles: ['release-manager'],
  count: 1,
  remindAfterMs: 24 * 60 * 60_000,
};
const BROKEN = { reason: 'A regression was found.' };

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

function withdrawn({ script }: TestRelease): readonly (readonly string[])[] {
  return script.callsOf('withdrawVersions').map(({ input }) => input.versions.map(({ version }) => version));
}

async function calls(release: TestRelease, effect: EffectName, times = 1): Promise<void> {
  await release.comesTo(`call ${effect}`, () => release.script.callsOf(effect).length >= times);
}

/** Waits at a latch before it does what is usual. */
function after(latch: Latch) {
  return async <Answer>(_: unknown, usual: () => Promise<Answer>): Promise<Answer> => {
    await latch.wait();
    return usual();
  };
}

async function abortedEnd(release: TestRelease) {
  await house.client.workflow.result(release.id);
  return release.status();
}

describe('a release that is aborted', () => {
  it('before anything was closed takes nothing back, and closes its issue', async () => {
    const release = await house.patch({ awaitMilestones: ['closed'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    const { sentence } = await release.decide('abort', BROKEN);
    const { state, next, waitingFor, versions } = await abortedEnd(release);

    expect(sentence).toBe(`${release.id} ends; what is not public is taken back.`);
    expect({ state, next, waitingFor, versions }).toEqual({ state: 'aborted', versions: [] });
    expect(withdrawn(release)).toEqual([]);
    expect(release.script.callsOf('noteOnReleaseIssue').map(({ input }) => input)).toMatchObject([
      { step: 'aborted', close: true, text: 'This release was aborted. Its numbers are not used again.' },
    ]);
    expect(linesOf(release).at(-1)).toMatchObject({
      to: 'aborted',
      actor: { id: 'rosa' },
      sentence: 'rosa aborted it: A regression was found.',
    });
    expectWholeRecord(release);
  });

  it('before it has an issue tells nobody', async () => {
    const release = await house.patch({ awaitMilestones: ['opened'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.decide('abort', BROKEN);
    await abortedEnd(release);

    expect(release.script.calls.map(({ effect }) => effect)).toEqual([
      'recordTransitions',
      'recordTransitions',
    ]);
  });

  it.each<[Milestone]>([
    ['on_managed_systems'],
    ['tagged'],
    ['built'],
    ['verified'],
    ['rehearsed'],
    ['published'],
  ])('while it waits before %s gives back every number that was closed', async (milestone) => {
    const release = await house.patch({ awaitMilestones: [milestone] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.decide('abort', BROKEN);
    const { state, versions } = await abortedEnd(release);

    expect({ state, versions }).toEqual({ state: 'aborted', versions: [] });
    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
    expect(release.script.callsOf('withdrawVersions')[0]?.input).toMatchObject({
      reason: 'A regression was found.',
      by: { id: 'rosa' },
    });
    expect(release.script.callsOf('publishProject')).toEqual([]);
    expectWholeRecord(release);
  });

  it('while it waits for its approval gives back its numbers, and takes no approval any more', async () => {
    const latch = aLatch();
    const release = await house.patch({
      settings: { approvals: [APPROVAL] },
      effects: { withdrawVersions: after(latch) },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'release-manager');

    await release.decide('abort', BROKEN);
    await calls(release, 'withdrawVersions');
    const said = await refusalOf(release.decide('approve', { before: 'published' }));
    latch.open();
    await abortedEnd(release);

    expect(said).toBe('It is being aborted already.');
    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
    expect(release.script.callsOf('claimPublication')).toEqual([]);
  });

  it('while it closes knows what it closed, and gives it back', async () => {
    const latch = aLatch();
    const release = await house.patch({ effects: { closeRelease: after(latch) } });
    await calls(release, 'closeRelease');

    await release.decide('abort', BROKEN);
    latch.open();
    await abortedEnd(release);

    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
    expect(release.script.callsOf('tagProject')).toEqual([]);
  });

  it('while a step waits for a person does not wait for that person', async () => {
    const release = await house.patch({
      effects: {
        tagProject: async ({ project }, usual) => {
          if (project.name !== 'gitlab') return usual();
          throw permanent('Conflict', { where: 'v18.6.2-ee', what: 'it is there', remedy: 'Look at it' });
        },
      },
    });
    await release.comesTo('fail twice', ({ blockers }) => blockers.length === 2);

    await release.decide('abort', BROKEN);
    const { state, blockers } = await abortedEnd(release);

    expect({ state, blockers }).toEqual({ state: 'aborted', blockers: [] });
    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
    expectWholeRecord(release);
  });

  it('while a step of its own waits for a person ends too', async () => {
    const broken = permanent('RefusedByPolicy', { where: 'a', what: 'b', remedy: 'c' });
    const release = await house.patch({ effects: { claimPublication: () => Promise.reject(broken) } });
    await release.comesTo('fail', ({ blockers }) => blockers.length === 1);

    await release.decide('abort', BROKEN);
    const { state } = await abortedEnd(release);

    expect(state).toBe('aborted');
    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
  });

  it('while it is held is held no more', async () => {
    const release = await house.patch({ awaitMilestones: ['closed'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await release.decide('hold');

    await release.decide('abort', BROKEN);
    const { state, hold } = await abortedEnd(release);

    expect({ state, hold }).toEqual({ state: 'aborted', hold: undefined });
  });

  it('takes back nothing before everything that made it has ended', async () => {
    const order: string[] = [];
    const release = await house.patch({
      minors: ['18.6'],
      effects: {
        tagProject: async ({ project }, usual) => {
          if (project.name === 'gitaly') return usual();
          // Tidies up for a while after it was cancelled, as git does.
          await aLatch()
            .wait()
            .catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, 300));
          order.push(`${project.name} ended`);
          throw new CancelledFailure('cancelled');
        },
        withdrawVersions: async (_, usual) => {
          order.push('withdrawn');
          return usual();
        },
      },
    });
    await calls(release, 'tagProject', 2);

    await release.decide('abort', BROKEN);
    await abortedEnd(release);

    expect(order).toEqual(['gitlab ended', 'withdrawn']);
    const children = new Set(release.script.callsOf('tagProject').map(({ workflowId }) => workflowId));
    for (const id of children)
      expect((await house.client.workflow.getHandle(id).describe()).status.name).toBe('CANCELLED');
  });

  it('takes back nothing before the slowest of several steps at once has ended', async () => {
    const order: string[] = [];
    const release = await house.patch({
      minors: ['18.6'],
      effects: {
        awaitPipeline: () => aLatch().wait().then(unreachable),
        makePackages: async ({ project }) => {
          await aLatch()
            .wait()
            .catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, project.name === 'charts' ? 400 : 0));
          order.push(project.name);
          throw new CancelledFailure('cancelled');
        },
        withdrawVersions: async (_, usual) => {
          order.push('withdrawn');
          return usual();
        },
      },
    });
    await calls(release, 'makePackages', 3);
    await calls(release, 'awaitPipeline', 5);

    await release.decide('abort', BROKEN);
    await abortedEnd(release);

    expect(order.slice(-2)).toEqual(['charts', 'withdrawn']);
    expect(order).toHaveLength(4);
  });

  it('has its withdrawal tried again when that has failed', async () => {
    let isFirst = true;
    const release = await house.patch({
      awaitMilestones: ['published'],
      effects: {
        withdrawVersions: async (_, usual) => {
          if (!isFirst) return usual();
          isFirst = false;
          throw permanent('Conflict', { where: 'v18.6.2', what: 'it is protected', remedy: 'Unprotect it' });
        },
      },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await release.decide('abort', BROKEN);
    const failed = await release.comesTo('fail', ({ blockers }) => blockers.length === 1);

    await release.decide('resume', { step: 'withdraw' });
    const { state, blockers } = await abortedEnd(release);

    expect(failed.state).toBe('aborted');
    expect({ state, blockers }).toEqual({ state: 'aborted', blockers: [] });
    expectWholeRecord(release);
  });

  it('is aborted once', async () => {
    const latch = aLatch();
    const release = await house.patch({
      awaitMilestones: ['published'],
      effects: { withdrawVersions: after(latch) },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await release.decide('abort', BROKEN);
    await calls(release, 'withdrawVersions');

    const again = await refusalOf(release.decide('abort', { by: ROBIN }));
    const held = await refusalOf(release.decide('hold', { by: ROBIN }));
    latch.open();
    await abortedEnd(release);

    expect([again, held]).toEqual(['It is being aborted already.', 'It is being aborted already.']);
    expect(recordOf(release).filter((to) => to === 'aborted')).toHaveLength(1);
  });
});

function unreachable(): never {
  throw new Error('the latch is never opened');
}

describe('an abort after the point of no return', () => {
  const TOO_LATE = 'Its versions are public or about to be; from here on the only way is forward.';

  it.each<[EffectName, keyof Overrides]>([
    ['publishProject', 'publishProject'],
    ['markPublished', 'markPublished'],
    ['noteOnReleaseIssue', 'noteOnReleaseIssue'],
  ])('is refused while it is at %s', async (effect) => {
    const latch = aLatch();
    const release = await house.patch({ effects: { [effect]: after(latch) } });
    await calls(release, effect);

    const said = await refusalOf(release.decide('abort', BROKEN));
    latch.open();
    await house.client.workflow.result(release.id);

    expect(said).toBe(TOO_LATE);
    expect((await release.status()).state).toBe('finalised');
    expect(withdrawn(release)).toEqual([]);
  });

  it('is refused while a step of the publication waits for a person', async () => {
    let isFirst = true;
    const release = await house.patch({
      minors: ['18.6'],
      effects: {
        publishProject: async (_, usual) => {
          if (!isFirst) return usual();
          isFirst = false;
          throw permanent('Conflict', { where: 'a', what: 'b', remedy: 'c' });
        },
      },
    });
    const { blockers } = await release.comesTo('fail', (status) => status.blockers.length === 1);

    const said = await refusalOf(release.decide('abort', BROKEN));
    await release.decide('resume', { step: blockers[0]?.step });
    await house.client.workflow.result(release.id);

    expect(said).toBe(TOO_LATE);
  });
});

describe('an abort that comes with the claim', () => {
  it('takes back what was claimed and is not public', async () => {
    const latch = aLatch();
    const release = await house.patch({
      effects: {
        claimPublication: async (_, usual) => {
          // It is too late to cancel: the claim is answered all the same.
          await latch.wait().catch(() => undefined);
          return usual();
        },
      },
    });
    await calls(release, 'claimPublication');

    await release.decide('abort', BROKEN);
    latch.open();
    const { state } = await abortedEnd(release);

    expect(state).toBe('aborted');
    expect(release.script.callsOf('publishProject')).toEqual([]);
    expect(withdrawn(release)).toEqual([['18.6.2', '18.5.2']]);
  });
});

describe('an abort of a monthly release', () => {
  it('while the candidate becomes public is refused', async () => {
    const latch = aLatch();
    const release = await house.monthly({ effects: { publishProject: after(latch) } });
    await calls(release, 'publishProject');

    const said = await refusalOf(release.decide('abort', BROKEN));
    latch.open();
    await house.client.workflow.result(release.id);

    expect(said).toMatch(/public or about to be/);
    expect(withdrawn(release)).toEqual([]);
  });

  it('before the candidate is public takes back the candidate', async () => {
    const release = await house.monthly({ awaitMilestones: ['closed'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.decide('abort', BROKEN);
    await abortedEnd(release);

    expect(withdrawn(release)).toEqual([['18.7.0-rc42']]);
  });

  it('after the candidate is public takes back the version alone', async () => {
    const release = await house.monthly({ awaitMilestones: ['published'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.decide('abort', BROKEN);
    const { versions } = await abortedEnd(release);

    expect(withdrawn(release)).toEqual([['18.7.0']]);
    expect(versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.7.0-rc42 published',
    ]);
  });
});
