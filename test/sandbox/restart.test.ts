import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tracePath } from '../../sandbox/gitlab/ci/script';
import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';
import { startReceiver } from '../support/webhook-receiver';
import { noticePushes } from '../../sandbox/gitlab/pushes';

let gitlab: TestGitLab;

afterEach(() => gitlab.end());

async function restarted(between: () => Promise<void> = async () => undefined): Promise<TestGitLab> {
  await gitlab.stop();
  await between();
  return startGitLab({ home: gitlab.instance.home });
}

it('keeps everything', async () => {
  gitlab = await startGitLab();
  const { id } = await plantProject(gitlab.instance, { path: 'group/kept' });
  await gitlab.request('POST', `/projects/${id}/issues`, { title: 'Kept' });
  await gitlab.request('POST', `/projects/${id}/repository/tags`, { tag_name: 'v1', ref: 'main' });
  const paths = ['', '/issues', '/repository/tags', '/repository/branches', '/repository/commits'];
  const read = () =>
    Promise.all(paths.map(async (path) => (await gitlab.request('GET', `/projects/${id}${path}`)).body));
  const before = withoutPort(await read());

  gitlab = await restarted();

  expect(withoutPort(await read())).toBe(before);
});

const withoutPort = (body: unknown) => JSON.stringify(body).replaceAll(/127\.0\.0\.1:\d+/g, 'sandbox');

it('tells of a push that happened while it was down', async () => {
  const receiver = await startReceiver();
  gitlab = await startGitLab();
  const project = await plantProject(gitlab.instance, {
    buildsEnabled: true,
    files: { '.gitlab-ci.yml': 'unit:\n  script: ["true"]\n' },
  });
  await noticePushes(gitlab.instance, { project, userId: 1 });
  await gitlab.request('POST', `/projects/${project.id}/hooks`, { url: receiver.url });
  let sha = '';

  gitlab = await restarted(async () => {
    sha = await commitFiles(gitlab.instance, project, { 'late.txt': 'late\n' });
  });

  const call = await until('the push webhook', () =>
    receiver.calls.find(({ body }) => body.object_kind === 'push'),
  );
  expect(call.body).toMatchObject({ ref: 'refs/heads/main', after: sha });
  await until('its pipeline', () =>
    gitlab.instance.tables.pipelines.all(project.id).some((one) => one.sha === sha),
  );
  await receiver.end();
});

it('runs the jobs again that it was running', async () => {
  gitlab = await startGitLab();
  const project = await plantProject(gitlab.instance, {
    buildsEnabled: true,
    files: { '.gitlab-ci.yml': 'once:\n  script: ["echo begun; test -e \\"$MARK\\" || sleep 600"]\n' },
  });
  await gitlab.request('POST', `/projects/${project.id}/pipeline`, {
    ref: 'main',
    variables: { MARK: `${gitlab.instance.home}/mark` },
  });
  const job = await until('the job to run', async () => {
    const [found] = gitlab.instance.tables.jobs.all(project.id);
    const trace =
      found === undefined ? '' : await readFile(tracePath(gitlab.instance, found), 'utf8').catch(() => '');
    return trace.includes('begun') ? found : undefined;
  });

  gitlab = await restarted(() => writeMark(gitlab.instance.home));

  const status = await until('the job to end', () => {
    const now = gitlab.instance.tables.jobs.get(project.id, job.id)?.status;
    return now === 'success' || now === 'failed' ? now : undefined;
  });
  expect(status).toBe('success');
});

it('closes while a receiver keeps it waiting', async () => {
  gitlab = await startGitLab();
  const project = await plantProject(gitlab.instance);
  const silent = await startSilence();
  await gitlab.request('POST', `/projects/${project.id}/hooks`, { url: silent.url, tag_push_events: true });
  await gitlab.request('POST', `/projects/${project.id}/repository/tags`, { tag_name: 'v1', ref: 'main' });
  await silent.asked;
  const began = performance.now();

  gitlab = await restarted();

  expect(performance.now() - began).toBeLessThan(5_000);
  silent.end();
});

it('closes while somebody is being kept waiting', async () => {
  gitlab = await startGitLab();
  gitlab.arm({ match: '/version', kind: 'latency', delayMs: 60_000 });
  const asked = gitlab.request('GET', '/version').catch(() => 'broken off');
  await until('the fault to be taken', () => gitlab.instance.faults.list().length === 0);

  gitlab = await restarted();

  expect(await asked).toBe('broken off');
});

function writeMark(home: string): Promise<void> {
  return writeFile(`${home}/mark`, '');
}

/** Takes requests and answers none. */
async function startSilence(): Promise<{
  readonly url: string;
  readonly asked: Promise<unknown>;
  end(): void;
}> {
  const server = createServer();
  const asked = once(server, 'request');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
