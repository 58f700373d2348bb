import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, runProgram, type Outcome } from '../support/run-program';
import { servicePid } from '../support/service-pid';

const STORY_MS = 10 * 60_000;

function canonical(project: string): string {
  return `projects/${encodeURIComponent(`gitlab-org/${project}`)}`;
}

/** The system that an archive says it was packed on, which nobody reads: only its checksum tells. */
const PACKED_ON = 9;

function withOtherByte(archive: Buffer): Buffer {
  const changed = Buffer.from(archive);
  changed[PACKED_ON] = ((changed[PACKED_ON] ?? 0) + 1) % 256;
  return changed;
}

/** A checker that has never said no proves nothing: each fault is planted behind everybody's back, found, and mended. */
describe('the independent checker, after the demo', () => {
  let home: string;
  let gitlab: string;
  let token: string;

  const signalbox = (...args: readonly string[]): Promise<Outcome> =>
    runProgram(join(BIN, 'signalbox'), args, { SIGNALBOX_HOME: home });

  const verify = (): Promise<Outcome> =>
    runProgram(join(BIN, 'verify-release'), [
      `--gitlab=${gitlab}`,
      `--token-file=${join(home, 'secrets', 'gitlab-token')}`,
      `--expect=${join(BIN, 'demo-expectation.json')}`,
    ]);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'signalbox-planted-'));
    const { code, out, err } = await signalbox('demo', '--verify', '--json');
    if (code !== 0 || !out.includes('"verified":true')) throw new Error(`the demo failed:\n${out}${err}`);
    gitlab = (JSON.parse((await signalbox('up', '--json')).out) as { gitlabUrl: string }).gitlabUrl;
    token = (await readFile(join(home, 'secrets', 'gitlab-token'), 'utf8')).trim();
    // Running, the mirrors would carry a planted tag on to the other sides within seconds, from where nothing takes it back.
    tellWorker('SIGSTOP');
  }, STORY_MS);
  afterAll(async () => {
    tellWorker('SIGCONT');
    await signalbox('down');
    await rm(home, { recursive: true, force: true });
  }, STORY_MS);

  function tellWorker(signal: NodeJS.Signals): void {
    process.kill(servicePid(home, 'worker'), signal);
  }

  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${gitlab}/api/v4/${path}`, {
      method,
      headers: {
        'private-token': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async function gitOf(project: string): Promise<(...args: readonly string[]) => Promise<string>> {
    const { id } = await ask<{ id: number }>('GET', canonical(project));
    const repository = join(home, 'sandbox', 'repositories', `${id}.git`);
    return async (...args) => (await runProgram('git', ['--git-dir', repository, ...args])).out.trim();
  }

  it(
    'finds a tag that is another one on canonical, and is content once it is put back',
    async () => {
      const git = await gitOf('gitlab');
      const right = await git('rev-parse', 'refs/tags/v18.6.2-ee');

      await git('update-ref', 'refs/tags/v18.6.2-ee', await git('rev-parse', 'refs/tags/v18.6.1-ee'));
      const planted = await verify();
      await git('update-ref', 'refs/tags/v18.6.2-ee', right);
      const mended = await verify();

      expect(planted.code).toBe(1);
      expect(planted.err).toContain(
        'wrong  gitlab v18.6.2-ee: security has another tag of this name, or none',
      );
      expect(planted.err).toContain('wrong  gitlab v18.6.2-ee: VERSION does not say 18.6.2-ee');
      expect(mended).toMatchObject({ code: 0, err: '' });
      expect(mended.out).toMatch(/^\d{3,} checks by git, tar and sha256sum, 0 wrong\n$/);
    },
    STORY_MS,
  );

  it(
    'finds half of a version that only a patch after the monthly makes, and is content once it is as it was',
    async () => {
      const [gitlabGit, gitalyGit] = [await gitOf('gitlab'), await gitOf('gitaly')];
      const put = async (git: typeof gitlabGit, ref: string, to: string): Promise<string> =>
        to === '' ? git('update-ref', '-d', ref) : git('update-ref', ref, to);
      const before = {
        gitlab: await gitlabGit('for-each-ref', '--format=%(objectname)', 'refs/tags/v18.7.1-ee'),
        gitaly: await gitalyGit('for-each-ref', '--format=%(objectname)', 'refs/tags/v18.7.1'),
      };

      await put(gitlabGit, 'refs/tags/v18.7.1-ee', await gitlabGit('rev-parse', 'refs/tags/v18.7.0-ee'));
      await put(gitalyGit, 'refs/tags/v18.7.1', '');
      const planted = await verify();
      await put(gitlabGit, 'refs/tags/v18.7.1-ee', before.gitlab);
      await put(gitalyGit, 'refs/tags/v18.7.1', before.gitaly);
      const mended = await verify();

      expect(planted.code).toBe(1);
      expect(planted.err).toContain('wrong  gitaly v18.7.1: the tag is missing on canonical');
      expect(mended).toMatchObject({ code: 0, err: '' });
    },
    STORY_MS,
  );

  it(
    'finds one changed byte in a package, and is content once it is put back',
    async () => {
      const packages = await ask<{ id: number; version: string }[]>('GET', `${canonical('gitaly')}/packages`);
      const id = packages.find(({ version }) => version === '18.5.4')?.id;
      const files = await ask<{ file_name: string; file_sha256: string }[]>(
        'GET',
        `${canonical('gitaly')}/packages/${id}/package_files`,
      );
      const sha256 = files.find(({ file_name: name }) => name === 'gitaly-18.5.4.tar.gz')?.file_sha256 ?? '';
      const blob = join(home, 'sandbox', 'packages', sha256);
      const right = await readFile(blob);

      await writeFile(blob, withOtherByte(right));
      const planted = await verify();
      await writeFile(blob, right);
      const mended = await verify();

      expect(planted.code).toBe(1);
      expect(planted.err).toBe(
        'wrong  package gitaly 18.5.4: sha256sum says gitaly-18.5.4.tar.gz: FAILED\nmanifest.json: OK\n',
      );
      expect(mended.code).toBe(0);
    },
    STORY_MS,
  );

  it(
    'finds a merge request that was told twice, and is content once one of the notes is gone',
    async () => {
      const requests = `${canonical('gitaly')}/merge_requests`;
      const [request] = await ask<{ iid: number }[]>(
        'GET',
        `${requests}?state=merged&target_branch=18-6-stable&per_page=1`,
      );
      const notes = `${requests}/${request?.iid}/notes`;
      const told = await ask<{ body: string }[]>('GET', notes);
      const body = told.find((note) => note.body.includes('<!-- signalbox:'))?.body;

      const { id } = await ask<{ id: number }>('POST', notes, { body });
      const planted = await verify();
      await ask('DELETE', `${notes}/${id}`);
      const mended = await verify();

      expect(planted.code).toBe(1);
      expect(planted.err).toContain(`wrong  gitaly!${request?.iid}: told the same thing twice`);
      expect(mended.code).toBe(0);
    },
    STORY_MS,
  );
});
