import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { noticePushes } from '../../sandbox/gitlab/pushes';
import type { Job, Pipeline, Project } from '../../sandbox/gitlab/entities';
import { until } from '../support/until';

let gitlab: TestGitLab;
let serial = 0;

beforeAll(async () => {
  gitlab = await startGitLab();
});
afterAll(() => gitlab.end());

const TESTED = {
  '.gitlab-ci.yml':
    'stages: [test, deploy]\nunit:\n  stage: test\n  script: [sh test.sh]\nship:\n  stage: deploy\n  script: [echo shipped]\n',
  'test.sh': 'test "$(cat answer)" = 42\n',
};

async function pushed(files: Readonly<Record<string, string>>): Promise<Project> {
  const project = await plantProject(gitlab.instance, {
    path: `ci/project-${++serial}`,
    buildsEnabled: true,
    files,
  });
  await noticePushes(gitlab.instance, { project, userId: 1 });
  return project;
}

async function ended(project: Project): Promise<Pipeline> {
  return until('the newest pipeline to end', async () => {
    const { body } = await gitlab.request<Pipeline[]>('GET', `/projects/${project.id}/pipelines`);
    return body.slice(0, 1).find(({ status }) => /success|failed|canceled|skipped|manual/.test(status));
  });
}

async function jobs(project: Project, pipeline: Pipeline): Promise<readonly Job[]> {
  return (await gitlab.request<Job[]>('GET', `/projects/${project.id}/pipelines/${pipeline.id}/jobs`)).body;
}

async function jobNamed(project: Project, name: string): Promise<Job> {
  const found = (await jobs(project, await ended(project))).find((job) => job.name === name);
  if (found === undefined) throw new Error(`no job ${name}`);
  return found;
}

const states = (list: readonly Job[]) => Object.fromEntries(list.map(({ name, status }) => [name, status]));

describe('a push', () => {
  it('makes a pipeline that runs what was pushed', async () => {
    const project = await pushed({ ...TESTED, answer: '42\n' });

    const pipeline = await ended(project);

    expect(pipeline).toMatchObject({ status: 'success', ref: 'main', source: 'push' });
    expect(states(await jobs(project, pipeline))).toEqual({ unit: 'success', ship: 'success' });
  });

  it('fails its pipeline when a test in the tree fails, and skips what comes after', async () => {
    const project = await pushed({ ...TESTED, answer: '41\n' });

    const pipeline = await ended(project);

    expect(pipeline.status).toBe('failed');
    expect(states(await jobs(project, pipeline))).toEqual({ unit: 'failed', ship: 'skipped' });
    expect(await jobNamed(project, 'unit')).toMatchObject({ failure_reason: 'script_failure' });
  });

  it('fails its pipeline when the tree lacks what the job runs', async () => {
    const project = await pushed({ '.gitlab-ci.yml': TESTED['.gitlab-ci.yml'] });

    expect((await ended(project)).status).toBe('failed');
  });

  it('makes no pipeline where there is nothing to run', async () => {
    const project = await pushed({ 'README.md': '' });

    await until('the outbox to be empty', () => gitlab.instance.tables.outbox.all(0).length === 0);
    expect(gitlab.instance.tables.pipelines.all(project.id)).toEqual([]);
  });

  it('makes a pipeline of its own for a tag that was deleted and made again', async () => {
    const project = await pushed({ ...TESTED, answer: '42\n' });
    const tag = { tag_name: 'v1', ref: 'main' };

    await gitlab.request('POST', `/projects/${project.id}/repository/tags`, tag);
    await gitlab.request('DELETE', `/projects/${project.id}/repository/tags/v1`);
    await gitlab.request('POST', `/projects/${project.id}/repository/tags`, tag);

    const made = await until('two pipelines of the tag', async () => {
      const { body } = await gitlab.request<Pipeline[]>('GET', `/projects/${project.id}/pipelines?ref=v1`);
      return body.length < 2 ? undefined : body;
    });
    expect(made).toHaveLength(2);
  });

  it('makes one pipeline for each branch, whoever looks at the same time', async () => {
    const project = await plantProject(gitlab.instance, {
      path: 'ci/at-once',
      buildsEnabled: true,
      files: { ...TESTED, answer: '42\n' },
    });

    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const commit = { branch: `topic-${index}` };
        await commitFiles(gitlab.instance, project, { 'a.txt': `${index}` }, commit);
        await noticePushes(gitlab.instance, { project, userId: 1 });
      }),
    );

    await until('the outbox to be empty', () => gitlab.instance.tables.outbox.all(0).length === 0);
    const refs = gitlab.instance.tables.pipelines.all(project.id).map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(refs.length);
  });
});

describe('a job', () => {
  it('says what it printed', async () => {
    const project = await pushed({ '.gitlab-ci.yml': 'hello:\n  script: ["echo out; echo err >&2"]\n' });
    const job = await jobNamed(project, 'hello');

    const { body } = await gitlab.request<string>('GET', `/projects/${project.id}/jobs/${job.id}/trace`);

    expect(body).toContain('out\n');
    expect(body).toContain('err\n');
  });

  it('runs with the variables of its pipeline', async () => {
    const project = await pushed({
      '.gitlab-ci.yml':
        'check:\n  script: [\'test "$CI_COMMIT_BRANCH/$COLOUR" = main/red\']\n  rules:\n    - if: $COLOUR\n',
    });

    const { status } = await gitlab.request('POST', `/projects/${project.id}/pipeline`, {
      ref: 'main',
      variables: [{ key: 'COLOUR', value: 'red' }],
    });

    expect(status).toBe(201);
    expect((await ended(project)).status).toBe('success');
  });

  it('is run again by itself as often as it asks for', async () => {
    const project = await plantProject(gitlab.instance, {
      path: 'ci/flaky',
      buildsEnabled: true,
      files: { '.gitlab-ci.yml': 'flaky:\n  script: ["true"]\n  retry: 1\n' },
    });
    gitlab.arm({ match: 'job flaky', kind: 'fail-job' });

    await noticePushes(gitlab.instance, { project, userId: 1 });

    const pipeline = await ended(project);
    const { body } = await gitlab.request<Job[]>(
      'GET',
      `/projects/${project.id}/pipelines/${pipeline.id}/jobs?include_retried=true`,
    );
    expect(pipeline.status).toBe('success');
    expect(body.map(({ status }) => status).toSorted()).toEqual(['failed', 'success']);
  });

  it('that failed is retried by hand, and what had been skipped runs then', async () => {
    const project = await plantProject(gitlab.instance, {
      path: 'ci/retried',
      buildsEnabled: true,
      files: { ...TESTED, answer: '42\n' },
    });
    gitlab.arm({ match: 'job unit', kind: 'fail-job' });
    await noticePushes(gitlab.instance, { project, userId: 1 });
    const failed = await jobNamed(project, 'unit');

    const { status, body } = await gitlab.request<Job>(
      'POST',
      `/projects/${project.id}/jobs/${failed.id}/retry`,
    );

    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'runner_system_failure' });
    expect(status).toBe(201);
    expect(body.id).not.toBe(failed.id);
    const pipeline = await until('success', async () => {
      const last = await ended(project);
      return last.status === 'success' ? last : undefined;
    });
    expect(states(await jobs(project, pipeline))).toEqual({ unit: 'success', ship: 'success' });
  });

  it('is not retried twice', async () => {
    const project = await pushed({ ...TESTED, answer: '41\n' });
    const failed = await jobNamed(project, 'unit');
    const path = `/projects/${project.id}/jobs/${failed.id}/retry`;

    const statuses = [
      (await gitlab.request('POST', path)).status,
      (await gitlab.request('POST', path)).status,
    ];

    expect(statuses).toEqual([201, 403]);
  });

  it('that is manual by a rule holds its pipeline up until it is played', async () => {
    const project = await pushed({
      '.gitlab-ci.yml':
        'stages: [gate, deploy]\ngate:\n  stage: gate\n  script: ["true"]\n  rules: [{when: manual}]\nship:\n  stage: deploy\n  script: ["true"]\n',
    });
    const held = await ended(project);
    const before = states(await jobs(project, held));
    const gate = await jobNamed(project, 'gate');

    const played = await gitlab.request('POST', `/projects/${project.id}/jobs/${gate.id}/play`);

    expect(held.status).toBe('manual');
    expect(before).toEqual({ gate: 'manual', ship: 'created' });
    expect(played.status).toBe(200);
    await until('success', async () => (await ended(project)).status === 'success');
    expect((await gitlab.request('POST', `/projects/${project.id}/jobs/${gate.id}/play`)).status).toBe(400);
  });

  it('that is manual by itself is optional', async () => {
    const project = await pushed({
      '.gitlab-ci.yml': 'unit:\n  script: ["true"]\nextra:\n  script: ["false"]\n  when: manual\n',
    });

    const pipeline = await ended(project);

    expect(pipeline.status).toBe('success');
    expect(states(await jobs(project, pipeline))).toEqual({ unit: 'success', extra: 'manual' });
  });

  it('is canceled together with the processes that it has started', async () => {
    const project = await pushed({ '.gitlab-ci.yml': 'long:\n  script: ["echo begun; sleep 600; true"]\n' });
    const job = await until('the job to speak', async () => {
      const [found] = gitlab.instance.tables.jobs.all(project.id);
      if (found === undefined) return undefined;
      const trace = await gitlab.request<string>('GET', `/projects/${project.id}/jobs/${found.id}/trace`);
      return trace.body.includes('begun') ? found : undefined;
    });

    const { status } = await gitlab.request('POST', `/projects/${project.id}/jobs/${job.id}/cancel`);

    expect(status).toBe(201);
    expect((await ended(project)).status).toBe('canceled');
  });

  it('that has ended stays as it is when it is canceled', async () => {
    const project = await pushed({ ...TESTED, answer: '42\n' });
    const job = await jobNamed(project, 'unit');

    const { body } = await gitlab.request<Job>('POST', `/projects/${project.id}/jobs/${job.id}/cancel`);

    expect(body.status).toBe('success');
  });
});

describe('a pipeline', () => {
  it('is retried with the jobs that failed alone', async () => {
    const project = await plantProject(gitlab.instance, {
      path: 'ci/pipeline-retry',
      buildsEnabled: true,
      files: { '.gitlab-ci.yml': 'a:\n  script: ["true"]\nb:\n  script: ["true"]\n' },
    });
    gitlab.arm({ match: 'job b', kind: 'fail-job' });
    await noticePushes(gitlab.instance, { project, userId: 1 });
    const failed = await ended(project);

    const { status } = await gitlab.request('POST', `/projects/${project.id}/pipelines/${failed.id}/retry`);

    expect(status).toBe(201);
    await until('success', async () => (await ended(project)).status === 'success');
    expect(gitlab.instance.tables.jobs.all(project.id)).toHaveLength(3);
  });

  it.each([
    ['a ref that is not there', { ref: 'nothing' }, 'Reference not found'],
    ['a broken file', { ref: 'broken' }, 'a: expected object'],
    ['a file without a job for it', { ref: 'quiet' }, 'rules configuration prevented'],
  ])('is refused for %s', async (_what, body, words) => {
    const project = await plantProject(gitlab.instance, {
      path: `ci/refused-${body.ref}`,
      buildsEnabled: true,
    });
    await commitFiles(gitlab.instance, project, { '.gitlab-ci.yml': 'a: 1\n' }, { branch: 'broken' });
    const quiet = 'a:\n  script: ["true"]\n  rules: [{if: $NEVER}]\n';
    await commitFiles(gitlab.instance, project, { '.gitlab-ci.yml': quiet }, { branch: 'quiet' });

    const answer = await gitlab.request('POST', `/projects/${project.id}/pipeline`, body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ message: { base: [expect.stringContaining(words)] } });
  });
});
