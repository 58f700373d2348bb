import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitlabAccess } from '../../config/gitlab-access';

const url = 'https://gitlab.example';

describe('the token of GitLab', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signalbox-access-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('stands in the file that the configuration names', async () => {
    const tokenFile = join(folder, 'named');
    await writeFile(tokenFile, 'named-token\n');
    await writeFile(join(folder, 'gitlab-token'), 'other-token\n');

    expect(gitlabAccess({ outside: { gitlab: { url, tokenFile } } }, folder)).toEqual({
      url,
      token: 'named-token',
    });
  });

  it('stands among the secrets where the configuration names no file', async () => {
    await writeFile(join(folder, 'gitlab-token'), 'secret-token\n');

    expect(gitlabAccess({ outside: { gitlab: { url } } }, folder)).toEqual({ url, token: 'secret-token' });
  });

  it.each([
    ['is not there', undefined, /cannot be read/],
    ['is empty', '\n', /is missing/],
  ])('that %s is asked for, by the name of its file', async (_case, content, what) => {
    if (content !== undefined) await writeFile(join(folder, 'gitlab-token'), content);

    const read = () => gitlabAccess({ outside: { gitlab: { url } } }, folder);

    expect(read).toThrow(what);
    expect(read).toThrow(join(folder, 'gitlab-token'));
  });
});
