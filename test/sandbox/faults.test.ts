import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';

let gitlab: TestGitLab;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  at = `/projects/${(await plantProject(gitlab.instance)).id}`;
});
afterEach(() => gitlab.request('DELETE', '/sandbox/faults'));
afterAll(() => gitlab.end());

interface Listed {
  readonly match: string;
  readonly times: number;
}

const tag = (name: string) =>
  gitlab.request('POST', `${at}/repository/tags`, { tag_name: name, ref: 'main' });
const statusOf = async (name: string) =>
  (await gitlab.request('GET', `${at}/repository/tags/${name}`)).status;

it('loses an answer after the effect', async () => {
  gitlab.arm({ match: 'POST .*/tags', kind: 'lost-response' });

  await expect(tag('lost')).rejects.toThrow('fetch failed');

  expect(await statusOf('lost')).toBe(200);
  expect(await tag('lost')).toMatchObject({ status: 400, body: { message: 'Tag lost already exists' } });
});

it('answers with a status, without the effect', async () => {
  gitlab.arm({ match: 'POST .*/tags', kind: 'status', status: 503 });

  const { status, headers } = await tag('unmade');

  expect(status).toBe(503);
  expect(headers.get('content-type')).toContain('text/html');
  expect(await statusOf('unmade')).toBe(404);
});

it('says that there were too many requests, and how long to wait', async () => {
  gitlab.arm({ match: '/tags', kind: 'rate-limit', retryAfter: 7 });

  const { status, headers, body } = await gitlab.request('GET', `${at}/repository/tags`);

  expect({ status, body, wait: headers.get('retry-after') }).toEqual({
    status: 429,
    body: 'Retry later\n',
    wait: '7',
  });
});

it('is slow', async () => {
  gitlab.arm({ match: '/tags', kind: 'latency', delayMs: 120 });
  const began = performance.now();

  const { status } = await gitlab.request('GET', `${at}/repository/tags`);

  expect(status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(110);
});

it('never answers, until the client loses its patience', async () => {
  gitlab.arm({ match: '/tags', kind: 'timeout' });

  const asked = fetch(`${gitlab.url}/api/v4${at}/repository/tags`, { signal: AbortSignal.timeout(100) });

  await expect(asked).rejects.toThrow('timeout');
});

it('happens as often as it was asked for, and not to others', async () => {
  await gitlab.request('POST', '/sandbox/faults', { match: 'GET .*/branches', kind: 'status', times: 2 });

  const statuses = [];
  for (const path of ['tags', 'branches', 'branches', 'branches'])
    statuses.push((await gitlab.request('GET', `${at}/repository/${path}`)).status);

  expect(statuses).toEqual([200, 502, 502, 200]);
});

it('is listed with what is left of it', async () => {
  await gitlab.request('POST', '/sandbox/faults', { match: 'a', kind: 'timeout', times: 3 });

  const { body } = await gitlab.request<Listed[]>('GET', '/sandbox/faults');

  expect(body).toEqual([{ match: 'a', kind: 'timeout', times: 3 }]);
});

it('does not befall those who ask for health or for faults', async () => {
  gitlab.arm({ match: '.*', kind: 'status', times: 9 });

  const { status } = await fetch(`${gitlab.url}/health`);

  expect(status).toBe(200);
  expect((await gitlab.request('GET', '/sandbox/faults')).status).toBe(200);
});

it.each([
  [{ match: '(', kind: 'status' }],
  [{ match: 'a', kind: 'flood' }],
  [{ match: 'a', kind: 'status', times: 0 }],
])('is refused as %j', async (fault) => {
  expect((await gitlab.request('POST', '/sandbox/faults', fault)).status).toBe(400);
});

it('is for those with a token alone', async () => {
  expect((await gitlab.request('GET', '/sandbox/faults', undefined, { token: null })).status).toBe(401);
});
