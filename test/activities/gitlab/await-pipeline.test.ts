import { MockActivityEnvironment } from '@temporalio/testing';
import type { PipelineResult, ReleaseEffects } from '../../../activities/effects';
import { findProject } from '../../../sandbox/gitlab/instance';
import { addHook, PIPELINES } from '../../../sandbox/seed/apply';
import { startGateway, WEBHOOK, type TestGateway } from '../../gateway/test-gateway';
import { plantProject } from '../../support/gitlab';
import { until } from '../../support/until';
import { failureOf, startOutsideWorld, stepOf, type OutsideWorld } from '../outside-world';

/** Longer than any pipeline here takes, shorter than the time after which it is asked without a webhook. */
const SOON_MS = 9_000;
const PATIENCE_MS = 15_000;

let world: OutsideWorld;
let gateway: TestGateway;

beforeAll(async () => {
  world = await startOutsideWorld();
  gateway = await startGateway({ records: world.records });
  const url = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/gitlab`;
  const project = findProject(world.gitlab.instance, 'gitlab-org/build/gitaly');
  if (project === undefined) throw new Error('it is planted');
  const { token, key: signingToken } = WEBHOOK;
  addHook(world.gitlab.instance, project, { url, token, signingToken, events: PIPELINES });
}, 60_000);
afterEach(() => {
  world.gitlab.instance.faults.clear();
  jest.restoreAllMocks();
});
afterAll(async () => {
  await gateway.end();
  await world.end();
});

type AwaitInput = Parameters<ReleaseEffects['awaitPipeline']>[0];

async function tagged(project: string, version: string, retries = 0): Promise<AwaitInput> {
  const step = await stepOf(world, { project, version });
  const { tags } = await world.effects.tagProject({ ...step, pinned: [] });
  const [tag] = tags;
  if (tag === undefined) throw new Error('it has a tag');
  return { ...step, tag, retries };
}

function waitFor(input: AwaitInput, environment = new MockActivityEnvironment()): Promise<PipelineResult> {
  return environment.run(() => world.effects.awaitPipeline(input));
}

async function pipelinesOf(path: string, ref: string): Promise<readonly { id: number; status: string }[]> {
  const at = `/projects/${encodeURIComponent(path)}/pipelines?ref=${encodeURIComponent(ref)}`;
  return (await world.gitlab.request<{ id: number; status: string }[]>('GET', at)).body;
}

it('passes as soon as the webhook is in', async () => {
  const input = await tagged('gitaly', '18.6.2');
  const began = performance.now();

  const { verdict, url } = await waitFor(input);

  const [pipeline] = await pipelinesOf('gitlab-org/build/gitaly', 'v18.6.2');
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  expect(url).toBe(`${world.gitlab.url}/gitlab-org/build/gitaly/-/pipelines/${pipeline?.id}`);
  expect(verdict).toEqual({
    verdict: 'pass',
    sentence: 'The pipeline of v18.6.2 passed.',
    evidence: [{ label: 'pipeline', value: String(pipeline?.id), url }],
  });
});

it('passes without any webhook, by asking, and beats meanwhile, so that a dead worker is noticed', async () => {
  const environment = new MockActivityEnvironment();
  const beats = jest.fn();
  environment.on('heartbeat', beats);

  const { verdict } = await waitFor(await tagged('omnibus-gitlab', '18.6.2'), environment);

  expect(verdict.verdict).toBe('pass');
  expect(beats).toHaveBeenCalled();
});

it('says the same again, whatever else has run for the tag since', async () => {
  const input = await tagged('gitaly', '18.6.4');
  const first = await waitFor(input);
  const build = encodeURIComponent('gitlab-org/build/gitaly');
  const { status } = await world.gitlab.request('POST', `/projects/${build}/pipeline`, { ref: 'v18.6.4' });

  const again = await waitFor(input);

  expect(status).toBe(201);
  expect(again).toEqual(first);
});

it('has a failed pipeline tried again as often as it may, and then says who has to act', async () => {
  const input = await tagged('gitaly', '18.6.3', 1);
  world.gitlab.arm({ match: 'job version', kind: 'fail-job', times: 2 });

  const { verdict, url } = await waitFor(input);
  const resumed = await waitFor({ ...input, retries: 3 });

  expect(verdict).toMatchObject({
    verdict: 'fail',
    sentence: 'The pipeline of v18.6.3 failed 2 times (failed).',
    whoActs: 'release-manager',
    evidence: [{ label: 'pipeline', url }],
  });
  expect(resumed.verdict.verdict).toBe('pass');
  expect(await pipelinesOf('gitlab-org/build/gitaly', 'v18.6.3')).toHaveLength(1);
});

it('ends at once when it is cancelled', async () => {
  const input = await tagged('omnibus-gitlab', '18.6.3');
  const environment = new MockActivityEnvironment();
  const hasAsked = watchQuestions();

  const failed = failureOf(waitFor(input, environment));
  await until('a first question', hasAsked);
  const began = performance.now();
  environment.cancel('CANCELLED');

  expect((await failed).type).not.toBe('OutsideDown');
  expect(performance.now() - began).toBeLessThan(1_000);
});

describe('where nothing has to run', () => {
  it.each([
    [
      'the project has one repository',
      { canonical: 'gitlab-org/gitaly', security: 'gitlab-org/gitaly', build: 'gitlab-org/gitaly' },
      'v18.6.1 is pushed when it is published; its pipeline runs then.',
    ],
    [
      'pipelines are switched off',
      { canonical: 'gitlab-org/gitaly', security: 'x/x', build: 'gitlab-org/security/gitaly' },
      'gitlab-org/security/gitaly runs no pipelines.',
    ],
  ])('passes at once and says so: %s', async (_case, repositories, sentence) => {
    const release = `patch:${sentence.length}`;
    const step = await stepOf(world, { project: 'gitaly', version: '18.6.9', release });
    const sha = (await world.repository('gitlab-org/gitaly').resolve('v18.6.1')) ?? '';
    const project = { ...step.project, repositories };

    const { verdict } = await waitFor({ ...step, project, tag: { name: 'v18.6.1', sha }, retries: 0 });

    expect(verdict).toEqual({ verdict: 'pass', sentence, evidence: [] });
  });

  it('passes at once when the tree has no pipeline file', async () => {
    const input = await planted('ci/plain', {});

    expect((await waitFor(input)).verdict.sentence).toBe('ci/plain runs no pipelines.');
  });
});

/** A project of its own with a tag, `v1.0.0`, on its build repository. */
async function planted(path: string, files: Readonly<Record<string, string>>): Promise<AwaitInput> {
  const { id } = await plantProject(world.gitlab.instance, {
    path,
    buildsEnabled: true,
    files: { 'README.md': path, ...files },
  });
  const { body } = await world.gitlab.request<{ commit: { id: string } }>(
    'POST',
    `/projects/${id}/repository/tags`,
    { tag_name: 'v1.0.0', ref: 'main' },
  );
  const step = await stepOf(world, { project: 'gitaly', version: '18.6.9', release: `patch:of-${path}` });
  const repositories = { canonical: 'gitlab-org/gitaly', security: path, build: path };
  const tag = { name: 'v1.0.0', sha: body.commit.id };
  return { ...step, project: { ...step.project, repositories }, tag, retries: 0 };
}

/** @returns whether GitLab has answered for the first time */
function watchQuestions(): () => boolean {
  const { gitlab } = world.outside;
  const find = gitlab.findPipeline.bind(gitlab);
  let hasAnswered = false;
  jest.spyOn(gitlab, 'findPipeline').mockImplementation(async (input) => {
    const found = await find(input);
    hasAnswered = true;
    return found;
  });
  return () => hasAnswered;
}

/** Lets the time pass after which a pipeline is asked for, and wakes whoever waits. */
async function impatiently(input: AwaitInput): Promise<PipelineResult> {
  const hasAsked = watchQuestions();
  const result = waitFor(input);
  result.catch(() => undefined);
  await until('a first question', hasAsked);
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + PATIENCE_MS + 1);
  await ring(input);
  return result;
}

let rings = 0;

function ring({ project, tag }: AwaitInput): Promise<boolean> {
  return world.records.inbox.receive({
    idempotencyKey: `ring-${++rings}`,
    event: 'Pipeline Hook',
    project: project.repositories.build,
    ref: tag.name,
    pipeline: 0,
    payload: {},
  });
}

describe('where no pipeline comes by itself', () => {
  it('one is asked for: a push of many tags makes none for the last of them', async () => {
    const step = await stepOf(world, { project: 'gitaly', version: '18.6.20' });
    const tags = ['a', 'b', 'c', 'd', 'e'].map((edition) => ({
      final: `v{version}-${edition}`,
      versionText: '{version}',
    }));
    const project = { ...step.project, tags };
    const made = await world.effects.tagProject({ ...step, project, pinned: [] });
    const last = made.tags.at(-1);
    if (last === undefined) throw new Error('it has tags');
    await until('the pipelines of the push', async () => {
      const [first] = await pipelinesOf('gitlab-org/build/gitaly', 'v18.6.20-a');
      return first !== undefined;
    });
    const before = await pipelinesOf('gitlab-org/build/gitaly', last.name);

    const { verdict } = await impatiently({ ...step, project, tag: last, retries: 0 });

    expect(before).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'pass', sentence: 'The pipeline of v18.6.20-e passed.' });
    expect(await pipelinesOf('gitlab-org/build/gitaly', last.name)).toHaveLength(1);
  });

  it('passes where the rules let no job run, and says so', async () => {
    const input = await planted('ci/branches-only', {
      '.gitlab-ci.yml': 'test:\n  script: ["true"]\n  rules:\n    - if: $CI_COMMIT_BRANCH\n',
    });

    const { verdict } = await impatiently(input);

    expect(verdict).toMatchObject({
      verdict: 'pass',
      sentence: 'No job of ci/branches-only runs for v1.0.0.',
    });
  });

  it('does not pass where the pipeline file is broken', async () => {
    const input = await planted('ci/broken', { '.gitlab-ci.yml': 'test:\n  script: [\n' });

    const failure = await failureOf(impatiently(input));

    expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
    expect(failure.message).toContain('ci%2Fbroken/pipeline: GitLab answered 400');
  });

  it('does not pass where the tag is gone', async () => {
    const input = await planted('ci/gone', { '.gitlab-ci.yml': 'test:\n  script: ["true"]\n' });
    const tag = { ...input.tag, name: 'v1.0.1' };

    const failure = await failureOf(impatiently({ ...input, tag }));

    expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
    expect(failure.message).toContain('Reference not found');
  });
});
