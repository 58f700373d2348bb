import { addUser } from '../../sandbox/gitlab/instance';
import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';

const NOBODY = { token: null };
const GUEST = { token: 'guest-token' };
const DEVELOPER = { token: 'developer-token' };

let gitlab: TestGitLab;
let open: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  for (const [token, access_level] of [
    [GUEST.token, 10],
    [DEVELOPER.token, 30],
  ] as const)
    addUser(gitlab.instance, { username: token, name: token, access_level, token });
  open = `/projects/${(await plantProject(gitlab.instance, { path: 'group/open', visibility: 'public' })).id}`;
  await plantProject(gitlab.instance, { path: 'group/secret' });
});
afterAll(() => gitlab.end());

it.each([
  ['a wrong token', '/user', { token: 'wrong' }, 401, { message: '401 Unauthorized' }],
  ['nobody', '/user', NOBODY, 401, { message: '401 Unauthorized' }],
  ['a private project', '/projects/group%2Fsecret', NOBODY, 404, { message: '404 Project Not Found' }],
  ['no such project', '/projects/group%2Fnothing', NOBODY, 404, { message: '404 Project Not Found' }],
  ['no such route', '/nonsense', NOBODY, 404, { error: '404 Not Found' }],
  [
    'no such branch',
    '/projects/group%2Fopen/repository/branches/x',
    NOBODY,
    404,
    { message: '404 Branch Not Found' },
  ],
  ['no such tag', '/projects/group%2Fopen/repository/tags/x', NOBODY, 404, { message: '404 Tag Not Found' }],
  [
    'a missing parameter',
    '/projects/group%2Fopen/repository/files/README.md',
    NOBODY,
    400,
    { error: 'ref is missing' },
  ],
])('answers %s as GitLab does', async (_what, path, asking, status, body) => {
  expect(await gitlab.request('GET', path, undefined, asking)).toMatchObject({ status, body });
});

it('takes the token as Bearer and as password as well', async () => {
  const basic = Buffer.from(`anybody:${gitlab.token}`).toString('base64');

  for (const authorization of [`Bearer ${gitlab.token}`, `Basic ${basic}`])
    expect(
      (await gitlab.request('GET', '/user', undefined, { token: null, headers: { authorization } })).status,
    ).toBe(200);
});

it('lets nobody write without a token', async () => {
  const answer = await gitlab.request('POST', `${open}/issues`, { title: 'Hello' }, NOBODY);

  expect(answer).toMatchObject({ status: 401, body: { message: '401 Unauthorized' } });
});

it('lets developers do what needs no maintainer', async () => {
  const issue = await gitlab.request('POST', `${open}/issues`, { title: 'Hello' }, DEVELOPER);
  const protection = await gitlab.request('POST', `${open}/protected_tags`, { name: 'v*' }, DEVELOPER);

  expect(issue.status).toBe(201);
  expect(protection).toMatchObject({ status: 403, body: { message: '403 Forbidden' } });
});

describe('what is not for everybody', () => {
  let issue: string;

  beforeAll(async () => {
    const { body } = await gitlab.request<{ iid: number }>('POST', `${open}/issues`, {
      title: 'Embargoed',
      confidential: 'true',
    });
    issue = `${open}/issues/${body.iid}`;
    await gitlab.request('POST', `${issue}/notes`, { body: 'A secret' });
  });

  it.each([
    ['nobody', NOBODY],
    ['a guest', GUEST],
  ])('has no confidential issue for %s', async (_who, asking) => {
    const paths = [issue, `${issue}/notes`, `${issue}/links`];
    const answers = await Promise.all(paths.map((path) => gitlab.request('GET', path, undefined, asking)));
    const list = await gitlab.request<{ title: string }[]>('GET', `${open}/issues`, undefined, asking);

    for (const answer of answers)
      expect(answer).toMatchObject({ status: 404, body: { message: '404 Issue Not Found' } });
    expect(list.body.map(({ title }) => title)).not.toContain('Embargoed');
  });

  it('has it for a developer', async () => {
    expect((await gitlab.request('GET', `${issue}/notes`, undefined, DEVELOPER)).status).toBe(200);
  });

  it('has no internal note for a guest', async () => {
    const { body } = await gitlab.request<{ iid: number }>('POST', `${open}/issues`, { title: 'Plain' });
    const notes = `${open}/issues/${body.iid}/notes`;
    await gitlab.request('POST', notes, { body: 'For us', internal: true });
    await gitlab.request('POST', notes, { body: 'For all' });

    const seen = await gitlab.request<{ body: string }[]>('GET', notes, undefined, GUEST);

    expect(seen.body.map((note) => note.body)).toEqual(['For all']);
  });

  it('is not told of by links from other issues', async () => {
    const { body } = await gitlab.request<{ iid: number }>('POST', `${open}/issues`, { title: 'Beside' });
    const links = `${open}/issues/${body.iid}/links`;
    const [, target_project_id, , target_issue_iid] = issue.slice(1).split('/');
    await gitlab.request('POST', links, { target_project_id, target_issue_iid });

    const seen = await gitlab.request<unknown[]>('GET', links, undefined, NOBODY);
    const all = await gitlab.request<unknown[]>('GET', links);

    expect(seen.body).toEqual([]);
    expect(all.body).toHaveLength(1);
  });

  it('has private projects for members alone', async () => {
    addUser(gitlab.instance, { username: 'stranger', name: 'Stranger', access_level: 0, token: 'stranger' });

    const answer = await gitlab.request('GET', '/projects/group%2Fsecret', undefined, { token: 'stranger' });
    const list = await gitlab.request<{ path: string }[]>('GET', '/projects', undefined, {
      token: 'stranger',
    });

    expect(answer.status).toBe(404);
    expect(list.body.map(({ path }) => path)).toEqual(['open']);
  });
});

describe('a limit of requests', () => {
  it('is told with each answer and enforced above', async () => {
    const limited = await startGitLab({ requestsPerMinute: 2 });
    try {
      const first = await limited.request('GET', '/user');
      await limited.request('GET', '/user');
      const refused = await limited.request('GET', '/user');

      expect(first.headers.get('ratelimit-limit')).toBe('2');
      expect(first.headers.get('ratelimit-remaining')).toBe('1');
      expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1);
      expect(refused).toMatchObject({ status: 429, body: 'Retry later\n' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await limited.request('GET', '/sandbox/faults')).status).toBe(200);
    } finally {
      await limited.end();
    }
  });
});
