import type { ApplicationFailure } from '@temporalio/common';
import { outsideDown, permanent } from '../../activities/errors';
import { refusalOf } from '../support/decisions';
import { expectWholeRecord, linesOf, recordOf } from '../support/record-of';
import type { EffectName, Overrides } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const A_MINUTE_MS = 60_000;
const TEXT = { where: 'gitaly', what: 'it is protected', remedy: 'Give the robot the right to push' };

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

function conflict(): ApplicationFailure {
  return permanent('Conflict', TEXT);
}

/** Fails so often, then does what is usual. */
function failing(times: number, failure: () => Error = conflict) {
  let left = times;
  return async <Answer>(_: unknown, usual: () => Promise<Answer>): Promise<Answer> => {
    left -= 1;
    if (left >= 0) throw failure();
    return usual();
  };
}

async function fails(release: TestRelease, step: string) {
  return release.comesTo(`fail at ${step}`, ({ blockers }) =>
    blockers.some((blocker) => blocker.step === step),
  );
}

describe('an effect that failed for good', () => {
  it.each([
    ['ConfigurationError', 'fail', 'release-manager'],
    ['RefusedByPolicy', 'fail', 'release-manager'],
    ['Conflict', 'fail', 'release-manager'],
    ['BugInUs', 'fail', 'operator'],
  ] as const)('of class %s stops its step, and says who has to act', async (type, verdict, whoActs) => {
    const effects = { surveyLines: failing(1, () => permanent(type, TEXT)) };
    const release = await house.patch({ effects });

    const { state, blockers } = await fails(release, 'survey');

    expect(state).toBe('failed_step');
    expect(blockers).toMatchObject([
      {
        step: 'survey',
        verdict: {
          verdict,
          whoActs,
          sentence: 'gitaly: it is protected. Give the robot the right to push',
          evidence: [{ label: 'failure', value: type }],
        },
      },
    ]);
  });

  it('is unknown, and for operators, when the outside was down for half a day', async () => {
    const down = () => outsideDown({ ...TEXT, what: 'it does not answer' }, 30 * A_MINUTE_MS);
    const release = await house.patch({ effects: { surveyLines: failing(10_000, down) } });
    await release.comesTo('survey', () => release.script.callsOf('surveyLines').length > 0);

    await house.pass(13 * 60 * A_MINUTE_MS);
    const { blockers } = await fails(release, 'survey');

    expect(blockers[0]?.verdict).toMatchObject({ verdict: 'unknown', whoActs: 'operator' });
  });

  it('says since when it waits', async () => {
    const release = await house.patch({ awaitMilestones: ['closed'], effects: { closeRelease: failing(1) } });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
    await house.pass(60 * A_MINUTE_MS);
    const dueAt = await house.now();

    await release.handle.signal('milestoneDue', { milestone: 'closed' });
    const { blockers, since } = await fails(release, 'close');

    expect(Date.parse(blockers[0]?.since ?? '')).toBeGreaterThanOrEqual(dueAt.getTime() - 1_000);
    expect(since).toBe(blockers[0]?.since);
  });

  it('is recorded while it waits', async () => {
    const release = await house.patch({ effects: { surveyLines: failing(1) } });
    await fails(release, 'survey');

    await release.comesTo('have recorded it', () => recordOf(release).includes('step_failed'));

    expect(linesOf(release).at(-1)?.sentence).toBe(
      'survey: gitaly: it is protected. Give the robot the right to push',
    );
  });
});

const OF_THE_RELEASE: readonly (readonly [string, EffectName, Overrides])[] = [
  ['survey', 'surveyLines', { surveyLines: failing(1) }],
  ['issue', 'openReleaseIssue', { openReleaseIssue: failing(1) }],
  ['close', 'closeRelease', { closeRelease: failing(1) }],
  ['claim', 'claimPublication', { claimPublication: failing(1) }],
  ['note published', 'noteOnReleaseIssue', { noteOnReleaseIssue: failing(1) }],
  ['record', 'recordTransitions', { recordTransitions: failing(1) }],
];

describe('a step of the release itself', () => {
  it.each(OF_THE_RELEASE)(
    '%s that failed is tried again when a person says so',
    async (step, effect, effects) => {
      const release = await house.patch({ effects });
      await fails(release, step);

      const { sentence } = await release.decide('resume', { step, reason: 'The right was given.' });
      await house.client.workflow.result(release.id);

      const { state, blockers } = await release.status();
      expect(sentence).toBe(`${step} is tried again.`);
      expect({ state, blockers }).toEqual({ state: 'finalised', blockers: [] });
      expect(release.script.callsOf(effect).some(({ outcome }) => outcome === 'failed')).toBe(true);
      expect(linesOf(release).find(({ to }) => to === 'step_resumed')?.sentence).toBe(
        `${step} is tried again: The right was given.`,
      );
      expectWholeRecord(release);
    },
  );

  it('may fail as often as it likes', async () => {
    const release = await house.patch({ effects: { claimPublication: failing(3) } });

    for (const failures of [1, 2, 3]) {
      await release.comesTo(
        `fail ${failures} times`,
        ({ blockers }) =>
          blockers.length === 1 && release.script.callsOf('claimPublication').length === failures,
      );
      await release.decide('resume', { step: 'claim' });
    }
    await house.client.workflow.result(release.id);

    expect(recordOf(release).filter((to) => to === 'step_failed')).toHaveLength(3);
    expectWholeRecord(release);
  });
});

const OF_A_VERSION: readonly (readonly [string, Overrides])[] = [
  ['18.6.2 gitlab tag', { tagProject: ofGitlab() }],
  ['18.6.2 gitlab build', { makePackages: ofGitlab() }],
  ['18.6.2 gitlab publish', { publishProject: ofGitlab() }],
  ['18.6.2 publication', { markPublished: failing(1) }],
];

function ofGitlab() {
  const fail = failing(1);
  return async <Answer>(
    input: { readonly project: { readonly name: string } },
    usual: () => Promise<Answer>,
  ) => (input.project.name === 'gitlab' ? fail(input, usual) : usual());
}

describe('a step of a version', () => {
  it.each(OF_A_VERSION)('%s that failed is tried again when a person says so', async (step, effects) => {
    const release = await house.patch({ minors: ['18.6'], effects });
    const failed = await fails(release, step);
    const [version] = (await release.status()).versions;

    await release.decide('resume', { step });
    await house.client.workflow.result(release.id);

    expect(failed.blockers).toHaveLength(1);
    expect(version?.workflowId).toMatch(/^version:/);
    expect((await release.status()).state).toBe('finalised');
    expectWholeRecord(release);
  });

  it('does not stop other projects, and is the only one that is tried again', async () => {
    const release = await house.patch({ minors: ['18.6'], effects: { makePackages: ofGitlab() } });
    await fails(release, '18.6.2 gitlab build');
    await release.comesTo('build the others', () => release.script.callsOf('makePackages').length === 3);
    await release.comesTo('pass its pipelines', () => release.script.callsOf('awaitPipeline').length === 5);

    await release.decide('resume', { step: '18.6.2 gitlab build' });
    await house.client.workflow.result(release.id);

    const built = release.script.callsOf('makePackages').map(({ input }) => input.project.name);
    expect(built.toSorted()).toEqual(['charts', 'gitaly', 'gitlab', 'gitlab']);
    expect(release.script.callsOf('tagProject')).toHaveLength(4);
  });

  it('does not stop other versions', async () => {
    let isFirst = true;
    const release = await house.patch({
      minors: ['18.6', '18.5'],
      effects: {
        tagProject: async ({ version, project }, usual) => {
          if (version !== '18.5.2' || project.name !== 'gitaly' || !isFirst) return usual();
          isFirst = false;
          throw conflict();
        },
      },
    });
    await fails(release, '18.5.2 gitaly tag');

    const { versions } = await release.comesTo(
      'verify the other',
      ({ versions: [one] }) => one?.reached === 'verified',
    );
    await release.decide('resume', { step: '18.5.2 gitaly tag' });
    await house.client.workflow.result(release.id);

    expect(versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.6.2 verified',
      '18.5.2 started',
    ]);
    expect((await release.status()).versions.map(({ reached }) => reached)).toEqual([
      'published',
      'published',
    ]);
  });

  it('is recorded by the release while it waits, though no step of its own is under way', async () => {
    const release = await house.patch({ minors: ['18.6'], effects: { makePackages: ofGitlab() } });
    await fails(release, '18.6.2 gitlab build');

    await release.comesTo('have recorded it', () => recordOf(release).includes('step_failed'));

    expect(linesOf(release).at(-1)?.sentence).toMatch(/^18\.6\.2 gitlab build: gitaly: it is protected/);
  });

  it('that failed beside others waits alone for its own word', async () => {
    const effects = { makePackages: ofGitlab(), awaitPipeline: ofGitlab() };
    const release = await house.patch({ minors: ['18.6'], effects });
    const pipeline = '18.6.2 gitlab pipeline v18.6.2-ee';
    await fails(release, '18.6.2 gitlab build');
    await fails(release, pipeline);

    await release.decide('resume', { step: pipeline });
    const { blockers } = await release.comesTo(
      'try it again',
      () => release.script.callsOf('awaitPipeline').filter(({ outcome }) => outcome === 'done').length === 5,
    );
    await release.decide('resume', { step: '18.6.2 gitlab build' });
    await house.client.workflow.result(release.id);

    expect(blockers.map(({ step }) => step)).toEqual(['18.6.2 gitlab build']);
  });
});

function tries({ script }: TestRelease): readonly number[] {
  return script
    .callsOf('awaitPipeline')
    .filter(({ input }) => input.tag.name === 'v18.6.2')
    .map(({ input }) => input.retries);
}

describe('a pipeline', () => {
  it('that failed stops its step with what it said, and gets more retries each time a person says so', async () => {
    const failed = {
      verdict: 'fail',
      sentence: 'It failed 3 times.',
      whoActs: 'release-manager',
      evidence: [],
    } as const;
    const release = await house.patch({
      minors: ['18.6'],
      effects: {
        awaitPipeline: async ({ tag, retries }, usual) =>
          tag.name === 'v18.6.2' && retries < 8 ? { ...(await usual()), verdict: failed } : usual(),
      },
    });
    const step = '18.6.2 gitaly pipeline v18.6.2';

    const first = await fails(release, step);
    await release.decide('resume', { step });
    await release.comesTo('fail again', ({ blockers }) => blockers.length > 0 && tries(release).length === 2);
    await release.decide('resume', { step });
    await house.client.workflow.result(release.id);

    expect(first.blockers[0]?.verdict).toEqual(failed);
    expect(tries(release)).toEqual([2, 5, 8]);
    expectWholeRecord(release);
  });
});

describe('an outside that is down', () => {
  it.each([
    'surveyLines',
    'closeRelease',
    'tagProject',
    'awaitPipeline',
    'publishProject',
    'recordTransitions',
  ] as const)(
    'for forty minutes at %s holds the release up, and nobody has to say anything',
    async (effect) => {
      let since: number | undefined;
      const isDown = async (): Promise<boolean> => {
        const now = (await house.now()).getTime();
        since ??= now;
        return now - since < 40 * A_MINUTE_MS;
      };
      const override = async <Answer>(_: unknown, usual: () => Promise<Answer>): Promise<Answer> => {
        if (await isDown()) throw outsideDown({ ...TEXT, what: 'it does not answer' });
        return usual();
      };
      const release = await house.patch({ minors: ['18.6'], effects: { [effect]: override } });

      await house.client.workflow.result(release.id);

      expect((await release.status()).state).toBe('finalised');
      expect(recordOf(release)).not.toContain('step_failed');
      expect(
        release.script.callsOf(effect).filter(({ outcome }) => outcome === 'failed').length,
      ).toBeGreaterThan(50);
      expectWholeRecord(release);
    },
    60_000,
  );
});

describe('a resume that makes no sense', () => {
  it('is refused when no step has failed', async () => {
    const release = await house.patch({ awaitMilestones: ['closed'] });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    expect(await refusalOf(release.decide('resume', { step: 'close' }))).toBe(
      '"close" has not failed. No step has.',
    );
  });

  it('is refused when another step has failed, and names that', async () => {
    const release = await house.patch({ effects: { surveyLines: failing(1) } });
    await fails(release, 'survey');

    expect(await refusalOf(release.decide('resume', { step: 'close' }))).toBe(
      '"close" has not failed. Failed: "survey".',
    );
  });

  it('is refused the second time', async () => {
    const release = await house.patch({ effects: { surveyLines: failing(1), closeRelease: failing(1) } });
    await fails(release, 'survey');

    await release.decide('resume', { step: 'survey' });

    expect(await refusalOf(release.decide('resume', { step: 'survey' }))).toMatch(
      /^"survey" has not failed\./,
    );
  });
});
