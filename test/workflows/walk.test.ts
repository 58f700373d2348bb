import { MONTHLY_MILESTONES, PATCH_MILESTONES } from '../../domain/release/milestones';
import type { ReleaseStatus } from '../../domain/release/release';
import { expectWholeRecord, recordOf } from '../support/record-of';
import type { Call, EffectName } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

interface Walked {
  readonly release: TestRelease;
  readonly status: ReleaseStatus;
}

async function walked(started: Promise<TestRelease>): Promise<Walked> {
  const release = await started;
  await house.client.workflow.result(release.id);
  return { release, status: await release.status() };
}

/** `gitaly 18.6.2` of every call of an effect of a project. */
function targetsOf({ script }: TestRelease, effect: EffectName): readonly string[] {
  return script.callsOf(effect).flatMap((call) => {
    const input = call.input as Partial<Call<'tagProject'>['input']>;
    return input.project === undefined ? [] : [`${input.project.name} ${input.plan?.version}`];
  });
}

describe('a monthly release that nobody holds up', () => {
  let release: TestRelease;
  let status: ReleaseStatus;

  beforeAll(async () => {
    ({ release, status } = await walked(house.monthly()));
  });

  it('reaches every milestone in order', () => {
    const { reached, state, next, waitingFor, blockers } = status;
    expect(reached.map(({ milestone }) => milestone)).toEqual(MONTHLY_MILESTONES);
    expect({ state, next, waitingFor, blockers }).toEqual({ state: 'finalised', blockers: [] });
    expect(reached.map(({ at }) => at)).toEqual(reached.map(({ at }) => at).toSorted());
  });

  it('records every milestone in order, each line once', () => {
    expect(recordOf(release)).toEqual(['opened', ...MONTHLY_MILESTONES]);
    expectWholeRecord(release);
  });

  it('records how far each of its versions came', () => {
    const lines = [...release.script.recorded()].filter(([id]) => id !== release.id);
    expect(lines.map(([, told]) => told.map(({ sentence }) => sentence))).toEqual([
      ['18.7.0-rc42 is tagged.', '18.7.0-rc42 is built.', '18.7.0-rc42 is verified.'],
      ['18.7.0 is tagged.', '18.7.0 is built.', '18.7.0 is verified.'],
    ]);
  });

  it('publishes the candidate, then the version itself', () => {
    expect(release.script.callsOf('closeRelease').map(({ input }) => Object.keys(input.cut))).toEqual([
      ['candidate', 'minor', 'rc'],
      ['final'],
    ]);
    expect(release.script.callsOf('markPublished').map(({ input }) => input.version)).toEqual([
      '18.7.0-rc42',
      '18.7.0',
    ]);
    expect(status.versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.7.0-rc42 published',
      '18.7.0 published',
    ]);
  });

  it('tags no candidate of a project that counts its own versions', () => {
    expect(targetsOf(release, 'tagProject').toSorted()).toEqual([
      'charts 9.7.1',
      'gitaly 18.7.0',
      'gitaly 18.7.0-rc42',
      'gitlab 18.7.0',
      'gitlab 18.7.0-rc42',
      'omnibus 18.7.0',
      'omnibus 18.7.0-rc42',
    ]);
  });

  it('publishes every project of the candidate and of the version', () => {
    expect(targetsOf(release, 'publishProject').toSorted()).toEqual([
      'charts 9.7.1',
      ...['gitaly', 'gitlab', 'omnibus'].flatMap((name) => [`${name} 18.7.0`, `${name} 18.7.0-rc42`]),
    ]);
  });

  it('tells on its issue what it chose, and closes it at the end', () => {
    const notes = release.script.callsOf('noteOnReleaseIssue').map(({ input }) => input);
    expect(notes.map(({ step, close, issue }) => ({ step, close, issue }))).toEqual([
      { step: 'announced', close: false, issue: 17 },
      { step: 'published', close: true, issue: 17 },
    ]);
    expect(notes[0]?.text).toContain('- gitaly: ');
  });
});

describe('a patch release that nobody holds up', () => {
  it('reaches and records every milestone in order, each line once', async () => {
    const { release, status } = await walked(house.patch());

    expect(status.reached.map(({ milestone }) => milestone)).toEqual(PATCH_MILESTONES);
    expect(recordOf(release)).toEqual(['opened', ...PATCH_MILESTONES]);
    expectWholeRecord(release);
  });

  it('claims all its versions at once, before anything of any is public', async () => {
    const { release, status } = await walked(house.patch({ minors: ['18.10', '18.9', '18.6'] }));

    const effects = release.script.calls.map(({ effect }) => effect);
    const [claim] = release.script.callsOf('claimPublication');
    expect(release.script.callsOf('claimPublication')).toHaveLength(1);
    expect(claim?.input.versions).toEqual(['18.10.2', '18.9.2', '18.6.2']);
    expect(effects.indexOf('claimPublication')).toBeLessThan(effects.indexOf('publishProject'));
    expect(effects.indexOf('claimPublication')).toBeGreaterThan(effects.lastIndexOf('makePackages'));
    expect(status.versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
      '18.10.2 published',
      '18.9.2 published',
      '18.6.2 published',
    ]);
  });
});

describe('a version', () => {
  it('tags a project only when everything it depends on is tagged', async () => {
    const done: string[] = [];
    const startedAfter = new Map<string, readonly string[]>();
    const { release } = await walked(
      house.patch({
        minors: ['18.6'],
        effects: {
          tagProject: async ({ project }, usual) => {
            startedAfter.set(project.name, [...done]);
            const tagged = await usual();
            done.push(project.name);
            return tagged;
          },
        },
      }),
    );

    expect([...startedAfter.keys()]).toEqual(['gitaly', 'gitlab', 'omnibus', 'charts']);
    for (const { name, dependsOn } of release.settings.projects)
      expect(startedAfter.get(name)).toEqual(expect.arrayContaining([...dependsOn]));
  });

  it('gives a project what its pins name', async () => {
    const { release } = await walked(house.patch({ minors: ['18.6'] }));

    const pinned = release.script
      .callsOf('tagProject')
      .map(({ input }) => [
        input.project.name,
        input.pinned.map(({ project, version }) => `${project} ${version}`),
      ]);
    expect(Object.fromEntries(pinned)).toEqual({
      gitaly: [],
      gitlab: ['gitaly 18.6.2'],
      omnibus: ['gitaly 18.6.2', 'gitlab 18.6.2'],
      charts: ['gitlab 18.6.2'],
    });
  });

  it('waits for the pipeline of every tag, and builds packages of the projects that ship some', async () => {
    const { release } = await walked(house.patch({ minors: ['18.6'] }));

    const pipelines = release.script.callsOf('awaitPipeline').map(({ input }) => input);
    expect(pipelines.map(({ tag }) => tag.name).toSorted()).toEqual([
      '18.6.2+ce.0',
      '18.6.2+ee.0',
      'v18.6.2',
      'v18.6.2-ee',
      'v9.6.3',
    ]);
    expect(new Set(pipelines.map(({ retries }) => retries))).toEqual(new Set([2]));
    const shipped = ['charts 9.6.3', 'gitaly 18.6.2', 'gitlab 18.6.2'];
    expect(targetsOf(release, 'makePackages').toSorted()).toEqual(shipped);
    const published = release.script.callsOf('publishProject').map(({ input }) => input);
    expect(
      published
        .filter(({ built }) => built !== undefined)
        .map(({ plan }) => `${plan.project} ${plan.version}`)
        .toSorted(),
    ).toEqual(shipped);
  });

  it('of a release that began before these were one step compares and publishes in steps of their own', async () => {
    const settings = { processRevision: 6 };
    const { release } = await walked(house.patch({ minors: ['18.6'], settings }));

    const effects = release.script.calls.map(({ effect }) => effect);
    expect(effects.lastIndexOf('buildPackages')).toBeLessThan(effects.indexOf('verifyPackages'));
    expect(targetsOf(release, 'verifyPackages').toSorted()).toEqual([
      'charts 9.6.3',
      'gitaly 18.6.2',
      'gitlab 18.6.2',
    ]);
    expect(targetsOf(release, 'publishPackages').toSorted()).toEqual(
      targetsOf(release, 'verifyPackages').toSorted(),
    );
    expect(targetsOf(release, 'publishRefs')).toHaveLength(4);
    expect(targetsOf(release, 'announceVersion')).toHaveLength(4);
    expect([...targetsOf(release, 'makePackages'), ...targetsOf(release, 'publishProject')]).toEqual([]);
    expectWholeRecord(release);
  });

  it('builds packages of everything that is tagged, which the manifest names', async () => {
    const { release } = await walked(house.patch({ minors: ['18.6'] }));

    const components = release.script.callsOf('makePackages').map(({ input }) => input.components);
    for (const built of components)
      expect(built.map(({ project }) => project)).toEqual(['gitaly', 'gitlab', 'omnibus', 'charts']);
  });

  it('gives every effect the instant it was closed, and the release whose it is', async () => {
    const { release } = await walked(house.patch({ minors: ['18.6'] }));

    const steps = release.script.callsOf('tagProject').map(({ input }) => input);
    expect(new Set(steps.map(({ closedAt }) => closedAt)).size).toBe(1);
    expect(new Set(release.script.calls.map(({ input }) => input.release))).toEqual(new Set([release.id]));
  });
});

describe('a release that was started with what cannot be', () => {
  it('ends and says so when there is no such minor', async () => {
    const release = await house.monthly({ minor: 'eighteen' });

    await expect(house.client.workflow.result(release.id)).rejects.toMatchObject({
      cause: { type: 'ConfigurationError', message: 'eighteen is no minor such as 18.6' },
    });
  });

  it('ends and names the cycle when projects depend on each other', async () => {
    const { settings } = await house.patch();
    const projects = settings.projects.map((project) =>
      project.name === 'gitaly' ? { ...project, dependsOn: ['gitlab'] } : project,
    );
    const release = await house.patch({ settings: { projects } });

    await expect(house.client.workflow.result(release.id)).rejects.toMatchObject({
      cause: { type: 'ConfigurationError', message: 'gitaly → gitlab → gitaly is a cycle' },
    });
  });
});
