import { startGitLab, plantProject, type TestGitLab } from '../support/gitlab';

let gitlab: TestGitLab;

beforeAll(async () => {
  gitlab = await startGitLab();
});
afterAll(() => gitlab.end());

it('says who asks', async () => {
  const answer = await gitlab.request('GET', '/user');

  expect(answer.status).toBe(200);
  expect(answer.body['username']).toBe('release-tools');
});

it('has a planted project with its commit', async () => {
  const project = await plantProject(gitlab.instance, { path: 'group/planted' });

  const { body } = await gitlab.request<unknown[]>('GET', `/projects/${project.id}/repository/commits`);

  expect(body).toHaveLength(1);
});
