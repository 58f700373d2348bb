import { ENGINE } from '../../domain/release/release';
import { aLatch } from '../support/latch';
import { refusalOf } from '../support/decisions';
import { expectWholeRecord, linesOf } from '../support/record-of';
import type { Override, Overrides } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';
import { until } from '../support/until';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

/** Answers the first claims so, and the next one as usual. */
function overtaking(...answers: readonly (readonly string[])[]): Override<'claimPublication'> {
  const left = [...answers];
  return async (_, usual) => {
    const overtaken = left.shift();
    const answer = await usual();
    return overtaken === undefined ? answer : { ...answer, claimed: false, overtaken };
  };
}

function tagged({ script }: TestRelease): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { input } of script.callsOf('tagProject'))
    counted[input.version] = (counted[input.version] ?? 0) + 1;
  return counted;
}

describe('a version that another release has overtaken', () => {
  it('alone is withdrawn and cut again; the others are kept, and all become public together', async () => {
    const release = await house.patch({ effects: { claimPublication: overtaking(['18.6.2']) } });

    await house.client.workflow.result(release.id);

    const { versions, state } = await release.status();
    expect(state).toBe('finalised');
    expect(versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.6.3 published',
      '18.5.2 published',
    ]);
    expect(release.script.callsOf('withdrawVersions').map(({ input }) => input)).toMatchObject([
      {
        versions: [{ version: '18.6.2' }],
        by: { id: 'signalbox' },
        reason: 'What 18.6.2 was cut from has moved on: it is cut again.',
      },
    ]);
    expect(release.script.callsOf('closeRelease').map(({ input }) => input.cut)).toEqual([
      { patch: ['18.6', '18.5'] },
      { patch: ['18.6'] },
    ]);
    expect(tagged(release)).toEqual({ '18.6.2': 4, '18.5.2': 4, '18.6.3': 4 });
    expect(release.script.callsOf('claimPublication').map(({ input }) => input.versions)).toEqual([
      ['18.6.2', '18.5.2'],
      ['18.5.2', '18.6.3'],
    ]);
    expect(linesOf(release).filter(({ to }) => to === 'cut_again')).toMatchObject([
      { actor: ENGINE, sentence: '18.6: cut again from what there is now, under other numbers.' },
    ]);
    expectWholeRecord(release);
  });

  it('is cut again after what the other one has claimed is public, whoever makes it so', async () => {
    const unfinished = ['patch:8'];
    const claimPublication = overtaking(['18.6.2']);
    const release = await house.patch({
      effects: {
        claimPublication: async (input, usual) => {
          const answer = await claimPublication(input, usual);
          return answer.claimed ? answer : { ...answer, unfinished };
        },
      },
    });

    await house.client.workflow.result(release.id);

    const order = release.script.calls
      .map(({ effect }) => effect)
      .filter((effect) => ['closeRelease', 'finishPublications', 'withdrawVersions'].includes(effect));
    expect(order).toEqual(['closeRelease', 'finishPublications', 'withdrawVersions', 'closeRelease']);
    expect(release.script.callsOf('finishPublications').map(({ input }) => input.of)).toEqual([unfinished]);
    expect((await release.status()).state).toBe('finalised');
    expectWholeRecord(release);
  });

  it('may be overtaken again', async () => {
    const release = await house.patch({
      minors: ['18.6'],
      effects: { claimPublication: overtaking(['18.6.2'], ['18.6.3']) },
    });

    await house.client.workflow.result(release.id);

    expect((await release.status()).versions).toMatchObject([{ version: '18.6.4', reached: 'published' }]);
  });

  it('publishes nothing meanwhile', async () => {
    const latch = aLatch();
    const release = await house.patch({
      effects: {
        claimPublication: overtaking(['18.6.2']),
        tagProject: async ({ version }, usual) => {
          if (version === '18.6.3') await latch.wait();
          return usual();
        },
      },
    });
    await release.comesTo('cut it again', () => release.script.callsOf('closeRelease').length === 2);

    const { versions } = await release.comesTo('tag it', (status) => status.versions.length === 2);
    const published = release.script.callsOf('publishProject').length;
    latch.open();
    await house.client.workflow.result(release.id);

    expect(versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.6.3 started',
      '18.5.2 verified',
    ]);
    expect(published).toBe(0);
  });

  it('can be aborted while it is cut again', async () => {
    const release = await house.patch({
      effects: {
        claimPublication: overtaking(['18.6.2']),
        tagProject: async ({ version }, usual) => {
          if (version === '18.6.3') await aLatch().wait();
          return usual();
        },
      },
    });
    await release.comesTo('tag it again', () => tagged(release)['18.6.3'] !== undefined);

    await release.decide('abort');
    await house.client.workflow.result(release.id);

    expect((await release.status()).state).toBe('aborted');
    const [, last] = release.script.callsOf('withdrawVersions').map(({ input }) => input.versions);
    expect(last?.map(({ version }) => version)).toEqual(['18.5.2', '18.6.3']);
  });

  it('gets a successor in the same unit where it lacks something, and is public before it', async () => {
    const lacking = ['18.7'];
    const release = await house.monthly({
      effects: {
        claimPublication: async ({ versions }, usual) => {
          const answer = await usual();
          return versions.join() === '18.7.0' ? { ...answer, claimed: false, lacking } : answer;
        },
      },
    });

    await house.client.workflow.result(release.id);

    const { versions, state } = await release.status();
    expect(state).toBe('finalised');
    expect(versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.7.0-rc42 published',
      '18.7.0 published',
      '18.7.1 published',
    ]);
    const published = release.script.callsOf('markPublished').map(({ input }) => input.version);
    expect(published).toEqual(['18.7.0-rc42', '18.7.0', '18.7.1']);
    const firstOfLast = release.script
      .callsOf('publishProject')
      .findIndex(({ input }) => input.version === '18.7.1');
    expect(release.script.callsOf('publishProject').slice(firstOfLast)).not.toContainEqual(
      expect.objectContaining({ input: expect.objectContaining({ version: '18.7.0' }) }),
    );
    expect(release.script.callsOf('withdrawVersions')).toEqual([]);
    expectWholeRecord(release);
  });

  it('is the candidate of a monthly release as well', async () => {
    const release = await house.monthly({ effects: { claimPublication: overtaking(['18.7.0-rc42']) } });

    await house.client.workflow.result(release.id);

    const { versions, state } = await release.status();
    expect(state).toBe('finalised');
    expect(versions.map(({ version }) => version)).toEqual(['18.7.0-rc43', '18.7.0']);
  });
});

describe('a version that a person has cut again before it is claimed', () => {
  const settings = {
    approvals: [
      {
        kinds: ['patch'] as const,
        before: 'published' as const,
        roles: ['release-manager'],
        count: 1,
        remindAfterMs: 4 * 60 * 60_000,
      },
    ],
  };

  async function awaitingApproval(effects: Overrides = {}): Promise<TestRelease> {
    const release = await house.patch({ settings, effects });
    await release.comesTo('wait for its approval', ({ waitingFor }) => waitingFor !== undefined);
    return release;
  }

  it('is made anew under another number while the approval is waited for, and only it', async () => {
    const release = await awaitingApproval();

    const reason = 'Takes gitlab!1234, which was merged since.';
    const { sentence } = await release.decide('recut', { minors: ['18.6'], reason });
    await release.comesTo('have the new version verified', ({ versions }) =>
      versions.some(({ version, reached }) => version === '18.6.3' && reached === 'verified'),
    );
    await release.decide('approve', { before: 'published' });
    await house.client.workflow.result(release.id);

    expect(sentence).toBe('18.6: cut again from what there is now, under other numbers.');
    // Neither who nor why: a fix that was pulled leaves the same line.
    expect(linesOf(release).filter(({ to }) => to === 'cut_again')).toMatchObject([
      { actor: ENGINE, sentence, evidence: [] },
    ]);
    expect((await release.status()).versions).toMatchObject([
      { version: '18.6.3', reached: 'published' },
      { version: '18.5.2', reached: 'published' },
    ]);
    expect(tagged(release)).toEqual({ '18.6.2': 4, '18.5.2': 4, '18.6.3': 4 });
    expect(release.script.callsOf('claimPublication').map(({ input }) => input.versions)).toEqual([
      ['18.5.2', '18.6.3'],
    ]);
    expectWholeRecord(release);
  });

  it('is given back whole when an abort comes while it is cut', async () => {
    const latch = aLatch();
    const release = await awaitingApproval({
      closeRelease: async ({ cut }, usual) => {
        if ('patch' in cut && cut.patch.length === 1) await latch.wait();
        return usual();
      },
    });

    await release.decide('recut', { minors: ['18.6'] });
    await until('it to be cut again', async () => release.script.callsOf('closeRelease').length === 2);
    await release.decide('abort');
    latch.open();
    await house.client.workflow.result(release.id);

    const withdrawn = release.script
      .callsOf('withdrawVersions')
      .flatMap(({ input }) => input.versions.map(({ version }) => version));
    expect(withdrawn.toSorted()).toEqual(['18.5.2', '18.6.2', '18.6.3']);
    expect((await release.status()).versions).toEqual([]);
  });

  it('is refused for a minor that it has no version of', async () => {
    const release = await awaitingApproval();

    const refusal = await refusalOf(release.decide('recut', { minors: ['18.1'] }));

    expect(refusal).toBe('It has no version of 18.1; it has 18.6, 18.5.');
  });
});
