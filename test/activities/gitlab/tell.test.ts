import type { ReleaseEffects, TaggedProject } from '../../../activities/effects';
import { failureOf, patiently, startOutsideWorld, stepOf, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterEach(() => world.gitlab.instance.faults.clear());
afterAll(() => world.end());

const charts = encodeURIComponent('gitlab-org/charts');
const gitaly = encodeURIComponent('gitlab-org/gitaly');

interface Noted {
  readonly body: string;
}

async function notesOn(path: string): Promise<readonly string[]> {
  const { body } = await world.gitlab.request<Noted[]>('GET', `${path}/notes`);
  return body.map((note) => note.body);
}

function releaseOf(id: string) {
  return { release: id, kind: 'patch', settings: world.settings } as const;
}

function openIssue(id: string) {
  return world.effects.openReleaseIssue({ ...releaseOf(id), title: `Patch ${id}`, text: 'What is coming.' });
}

async function issuesNamed(
  title: string,
): Promise<readonly { iid: number; state: string; description: string }[]> {
  const { body } = await world.gitlab.request<
    { iid: number; title: string; state: string; description: string }[]
  >('GET', `/projects/${charts}/issues`);
  return body.filter((issue) => issue.title === title);
}

describe('the issue of a release', () => {
  it('is opened once, asked twice at once and again', async () => {
    const [one, two] = await Promise.all([openIssue('patch:1'), openIssue('patch:1')]);
    const again = await openIssue('patch:1');

    const issues = await issuesNamed('Patch patch:1');
    expect([two, again]).toEqual([one, one]);
    expect(issues).toHaveLength(1);
    expect(one).toMatchObject({
      issue: issues[0]?.iid,
      url: `${world.gitlab.url}/gitlab-org/charts/-/issues/${issues[0]?.iid}`,
    });
  });

  it('is found again when the answer to its opening was lost', async () => {
    world.gitlab.arm({ match: 'POST .*/issues', kind: 'lost-response' });

    const failure = await failureOf(openIssue('patch:2'));
    const opened = await openIssue('patch:2');

    expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
    expect(await issuesNamed('Patch patch:2')).toMatchObject([{ iid: opened.issue }]);
  });

  it('is not taken for an issue that quotes it in other words', async () => {
    const { body } = await world.gitlab.request<{ iid: number }>('POST', `/projects/${charts}/issues`, {
      title: 'A question',
      description: 'What does signalbox:patch:3/issue/gitlab-org/charts mean?',
    });

    const opened = await openIssue('patch:3');

    expect(opened.issue).not.toBe(body.iid);
  });

  it('gets a note for each step once, and is closed with the last', async () => {
    const { issue } = await openIssue('patch:4');
    const note = (step: string, close = false) =>
      world.effects.noteOnReleaseIssue({
        ...releaseOf('patch:4'),
        issue,
        step,
        text: `It is ${step}.`,
        close,
      });
    world.gitlab.arm({ match: 'POST .*/notes', kind: 'lost-response' });

    await patiently(() => note('announced'));
    await Promise.all([note('published', true), note('published', true)]);
    await note('published', true);

    const [row] = await issuesNamed('Patch patch:4');
    const notes = await notesOn(`/projects/${charts}/issues/${issue}`);
    expect(row?.state).toBe('closed');
    expect(notes.filter((body) => body.includes('It is announced.'))).toHaveLength(1);
    expect(notes.filter((body) => body.includes('It is published.'))).toHaveLength(1);
  });
});

async function mergedOnStable(): Promise<readonly number[]> {
  const { body } = await world.gitlab.request<{ iid: number }[]>(
    'GET',
    `/projects/${gitaly}/merge_requests?state=merged&target_branch=18-6-stable&per_page=2`,
  );
  return body.map(({ iid }) => iid);
}

interface Frozen {
  readonly release: string;
  readonly version: string;
  readonly mergeRequests: readonly number[];
}

/** A version whose list is frozen, as a closing leaves it. */
async function notifyInput({
  release,
  version,
  mergeRequests,
}: Frozen): Promise<Parameters<ReleaseEffects['announceVersion']>[0]> {
  await world.repository('gitlab-org/gitaly').git(['tag', `v${version}`, '18-6-stable']);
  await world.records.closeRelease<object>({
    key: `${release}/close`,
    release,
    workflowId: release,
    step: 'close',
    target: version,
    transitions: [],
    versions: [{ atLeast: version }],
    close: () => ({
      result: {},
      inclusions: mergeRequests.map((mergeRequest) => ({
        version,
        project: 'gitaly',
        mergeRequest,
        sha: 'a'.repeat(40),
        title: `Change ${mergeRequest}`,
        author: 'Ada',
        webUrl: `https://example.com/${mergeRequest}`,
      })),
    }),
  });
  const step = await stepOf(world, { project: 'gitaly', version, release });
  const plan = { ...step.plan, changes: mergeRequests.length };
  return { ...step, plan, tagged: taggedAs(version) };
}

function taggedAs(version: string): TaggedProject {
  const tags = [{ name: `v${version}`, sha: 'a'.repeat(40) }];
  const commit = 'a'.repeat(40);
  return {
    project: 'gitaly',
    versioning: 'managed-sha',
    version,
    commit,
    tags,
    at: '2026-11-12T00:00:00.000Z',
  };
}

describe('every merge request of the frozen list', () => {
  it('is told once which version carries it, though answers are lost and it is done twice at once', async () => {
    const mergeRequests = await mergedOnStable();
    const input = await notifyInput({ release: 'patch:20', version: '18.6.20', mergeRequests });
    world.gitlab.arm({ match: 'POST .*/notes', kind: 'lost-response' });

    const [one, two] = await Promise.all([
      patiently(() => world.effects.announceVersion(input)),
      patiently(() => world.effects.announceVersion(input)),
    ]);

    expect(mergeRequests).toHaveLength(2);
    expect(two).toEqual(one);
    expect(one.notified).toBe(2);
    for (const iid of mergeRequests) {
      const notes = await notesOn(`/projects/${gitaly}/merge_requests/${iid}`);
      expect(notes.filter((body) => body.includes('part of 18.6.20'))).toEqual([
        `This change is out with [v18.6.20](${world.gitlab.url}/gitlab-org/gitaly/-/releases/v18.6.20), which is part of 18.6.20.\n\n<!-- signalbox:patch:20/notify/gitaly!${iid}/18.6.20 -->`,
      ]);
    }
  });

  it('is left out when it is there no more, and the others are told', async () => {
    const [present = 0] = await mergedOnStable();
    const input = await notifyInput({
      release: 'patch:21',
      version: '18.6.21',
      mergeRequests: [present, 9999],
    });

    const { notified } = await world.effects.announceVersion(input);

    expect(notified).toBe(1);
    expect((await notesOn(`/projects/${gitaly}/merge_requests/${present}`)).join()).toContain('v18.6.21');
  });
});

describe('the release page', () => {
  it('is made once, twice at once and after a lost answer, with its files and the frozen list', async () => {
    const [iid = 0] = await mergedOnStable();
    const input = await notifyInput({ release: 'patch:30', version: '18.6.30', mergeRequests: [iid] });
    const files = [
      { name: 'gitaly', version: '18.6.30', file: 'gitaly-18.6.30.tar.gz', sha256: '', bytes: 1 },
    ];
    const page = { ...input, built: { project: 'gitaly', files, at: input.closedAt } };
    world.gitlab.arm({ match: 'POST .*/releases', kind: 'latency', delayMs: 150, times: 3 });
    world.gitlab.arm({ match: 'POST .*/releases', kind: 'lost-response' });

    const answers = await Promise.all([
      patiently(() => world.effects.announceVersion(page)),
      patiently(() => world.effects.announceVersion(page)),
      patiently(() => world.effects.announceVersion(page)),
    ]);

    const { body } = await world.gitlab.request<{ name: string; description: string; assets: object }>(
      'GET',
      `/projects/${gitaly}/releases/v18.6.30`,
    );
    expect(new Set(answers.map(({ at }) => at)).size).toBe(1);
    expect(body.name).toBe('gitaly 18.6.30');
    expect(body.description).toBe(`- Change ${iid} ([!${iid}](https://example.com/${iid}))\n`);
    expect(JSON.stringify(body.assets)).toContain('/packages/generic/gitaly/18.6.30/gitaly-18.6.30.tar.gz');
  });
});
