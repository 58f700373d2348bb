import { GitLabUnavailable, readGitLab, type GitLabReader } from '../../starters/gitlab-reader';
import { startMaintenancePage, type MaintenancePage } from '../support/maintenance-page';

const COMMIT = 'a'.repeat(40);
const AT = { project: 'group/project', commit: COMMIT };

let page: MaintenancePage;

beforeAll(async () => {
  page = await startMaintenancePage();
});
afterAll(() => page.end());

it.each<[string, string, (reader: GitLabReader) => Promise<unknown>]>([
  ['a list', 'environments', (reader) => reader.rows('group/project', 'environments')],
  ['names', 'repository/branches', (reader) => reader.branches('group/project')],
  ['a branch', 'repository/branches/main', (reader) => reader.hasBranch('group/project', 'main')],
  ['a commit', `repository/commits/${COMMIT}`, (reader) => reader.committedAt(AT)],
  ['ancestors', 'repository/merge_base', (reader) => reader.contains({ ...AT, ancestor: COMMIT })],
])(
  'says of %s that GitLab is not to be had where a page for people is answered',
  async (_, path, question) => {
    const answer = question(readGitLab(page));

    await expect(answer).rejects.toBeInstanceOf(GitLabUnavailable);
    await expect(answer).rejects.toMatchObject({
      explanation: {
        where: `GitLab, GET /api/v4/projects/group%2Fproject/${path}`,
        what: 'its answer is no JSON',
      },
    });
  },
);
