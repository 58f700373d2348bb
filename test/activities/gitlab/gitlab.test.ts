import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { connectGitLab, type GitLab } from '../../../activities/gitlab/gitlab';
import { plantProject, startGitLab, type TestGitLab } from '../../support/gitlab';
import { until } from '../../support/until';
import { failureOf } from '../outside-world';

const PROJECT = 'group/project';

describe('a GitLab that misbehaves', () => {
  let sandbox: TestGitLab;
  let gitlab: GitLab;

  beforeAll(async () => {
    sandbox = await startGitLab();
    await plantProject(sandbox.instance, { path: PROJECT, buildsEnabled: true });
  });
  beforeEach(() => {
    gitlab = connectGitLab({ url: sandbox.url, token: sandbox.token });
  });
  afterEach(() => {
    sandbox.instance.faults.clear();
    jest.restoreAllMocks();
  });
  afterAll(() => sandbox.end());

  it('is asked again after as long as it wishes when there were too many requests', async () => {
    sandbox.arm({ match: '.', kind: 'rate-limit', retryAfter: 7 });

    const failure = await failureOf(gitlab.runsPipelines(PROJECT));

    expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false, nextRetryDelay: 7_000 });
    expect(failure.message).toBe(
      'GitLab, GET /api/v4/projects/group%2Fproject: it answered 429. It is asked again',
    );
  });

  it('is asked again soon when it answers 502', async () => {
    sandbox.arm({ match: '.', kind: 'status', status: 502 });

    const failure = await failureOf(gitlab.runsPipelines(PROJECT));

    expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  it('may take its time', async () => {
    sandbox.arm({ match: '.', kind: 'latency', delayMs: 200 });

    expect(await gitlab.runsPipelines(PROJECT)).toBe(true);
  });

  it('is not waited for without end', async () => {
    const soon = AbortSignal.timeout(80);
    const asked = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(soon);
    sandbox.arm({ match: '.', kind: 'timeout' });

    const failure = await failureOf(gitlab.runsPipelines(PROJECT));

    expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
    expect(failure.message).toContain('no answer');
    expect(asked).toHaveBeenCalledWith(30_000);
  });

  it('is let go at once by an activity that is cancelled', async () => {
    sandbox.arm({ match: '.', kind: 'timeout' });
    const environment = new MockActivityEnvironment();

    const asked = environment.run(() => gitlab.runsPipelines(PROJECT));
    const failed = failureOf(asked);
    await until('the request', () => sandbox.instance.faults.list().length === 0);
    environment.cancel('CANCELLED');

    expect((await failed).type).toBeUndefined();
  });

  it('is down when nobody listens', async () => {
    const nowhere = connectGitLab({ url: 'http://127.0.0.1:9', token: 'any' });

    expect(await failureOf(nowhere.runsPipelines(PROJECT))).toMatchObject({ type: 'OutsideDown' });
  });

  it('wants another token when this one is wrong', async () => {
    const stranger = connectGitLab({ url: sandbox.url, token: 'wrong-token' });

    const failure = await failureOf(stranger.runsPipelines(PROJECT));

    expect(failure).toMatchObject({ type: 'ConfigurationError', nonRetryable: true });
    expect(failure.message).toContain('Give the token of a maintainer with scope `api`');
    expect(failure.message).not.toContain('wrong-token');
  });
});

it('leaves the rest of a window to others, and says when the next begins', async () => {
  const sandbox = await startGitLab({ requestsPerMinute: 14 });
  await plantProject(sandbox.instance, { path: PROJECT });
  const gitlab = connectGitLab({ url: sandbox.url, token: sandbox.token });

  const failure = await failureOf(askForever(gitlab));
  const another = await sandbox.request('GET', `/projects/${encodeURIComponent(PROJECT)}`);
  await sandbox.end();

  expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
  expect(failure.message).toContain('its rate limit is nearly used up');
  expect(failure.nextRetryDelay).toBeGreaterThan(0);
  expect(failure.nextRetryDelay).toBeLessThanOrEqual(60_000);
  expect(another.status).toBe(200);
});

async function askForever(gitlab: GitLab): Promise<never> {
  for (;;) await gitlab.runsPipelines(PROJECT);
}

const breakOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"builds_access');
  setImmediate(() => response.destroy());
};

describe('what a sandbox cannot show', () => {
  let server: Server;

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function serve(answer: RequestListener): Promise<GitLab> {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return connectGitLab({ url: `http://127.0.0.1:${port}`, token: 'any' });
  }

  it('an answer that breaks off is no answer', async () => {
    const gitlab = await serve(breakOff);
    const file = { project: PROJECT, name: 'gitaly', version: '1.0.0', file: 'manifest.json' };

    expect(await failureOf(gitlab.runsPipelines(PROJECT))).toMatchObject({ type: 'OutsideDown' });
    expect(await failureOf(gitlab.download(file))).toMatchObject({ type: 'OutsideDown' });
  });

  it('an issue is found by its marker, though the search of GitLab reads no comments', async () => {
    const marker = '<!-- signalbox:patch:1/issue/group/project -->';
    const mine = [
      { iid: 7, description: 'Another of mine' },
      { iid: 8, description: `What is coming.\n\n${marker}` },
    ];
    const found = [{ iid: 3, description: 'Somebody else asks about signalbox' }];
    const gitlab = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://gitlab');
      const rows = searchParams.has('search')
        ? found
        : searchParams.get('scope') === 'created_by_me'
          ? mine
          : [];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows));
    });

    expect(await gitlab.findIssue({ project: PROJECT, marker })).toBe(8);
    expect(await gitlab.findIssue({ project: PROJECT, marker: '<!-- signalbox:other -->' })).toBeUndefined();
  });
});
