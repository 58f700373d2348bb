import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShownRelease } from '../../cli/release-text';
import { startTicks } from '../../services/run-file';
import { BIN, runProgram, type Outcome } from '../support/run-program';
import { servicePid } from '../support/service-pid';
import { until } from '../support/until';

const STORY_MS = 240_000;
const run = promisify(execFile);

/** The command as a person gives it, without colours. */
function commandIn(home: string, environment: NodeJS.ProcessEnv = {}) {
  const settings = { NO_COLOR: '1', SIGNALBOX_HOME: home, ...environment };
  return (...args: readonly string[]): Promise<Outcome> => runProgram(join(BIN, 'signalbox'), args, settings);
}

/** Where, what and what to do: three lines, and no stack. */
const CLEAR = /^error \S[^\n]*\n {2}\S[^\n]*\n {2}\S[^\n]*\n$/;

describe('whoever gives a command that cannot be', () => {
  let home: string;
  let signalbox: ReturnType<typeof commandIn>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'signalbox-errors-'));
    signalbox = commandIn(home);
    const { code, err } = await signalbox('sandbox', 'seed');
    if (code !== 0) throw new Error(err);
  }, STORY_MS);
  afterAll(async () => {
    await signalbox('down');
    await rm(home, { recursive: true, force: true });
  }, STORY_MS);

  async function releases(): Promise<readonly { readonly id: string }[]> {
    return (JSON.parse((await signalbox('status', '--json')).out) as { releases: { id: string }[] }).releases;
  }

  async function statusOf(id: string): Promise<ShownRelease> {
    return JSON.parse((await signalbox('release', 'show', id, '--json')).out) as ShownRelease;
  }

  async function blockersOf(id: string): Promise<ShownRelease['blockers']> {
    return until(
      `${id} to be blocked`,
      async () => {
        const { blockers } = await statusOf(id);
        return blockers.length > 0 && blockers;
      },
      60_000,
    );
  }

  async function start(...minors: readonly string[]): Promise<string> {
    const { out } = await signalbox('release', 'start', 'patch', ...minors, '--json');
    return (JSON.parse(out) as { id: string }).id;
  }

  async function kill(service: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pid = servicePid(home, service);
    process.kill(pid, signal);
    await until(`the end of the ${service}`, () => startTicks(pid) === undefined);
  }

  /** @returns the token that was there */
  async function replaceToken(token: string): Promise<string> {
    const file = join(home, 'secrets', 'gitlab-token');
    const before = await readFile(file, 'utf8');
    await writeFile(file, token);
    return before;
  }

  async function restart(service: string): Promise<void> {
    await kill(service, 'SIGTERM');
    await signalbox('up');
  }

  it.each([
    ['an unknown version', ['status', '99.1.0'], /there is no such tag\n.*The lines there are: 18\.6/],
    ['an unknown minor', ['release', 'start', 'patch', '17.0'], /17\.0\.0 has not been released\n.*18\.6/],
    [
      'a version that is released already',
      ['release', 'start', 'monthly', '18.6'],
      /18\.6\.0 is released already; the newest of its minor is 18\.6\.1\n.*patch release of 18\.6/,
    ],
    ['an unknown release', ['release', 'abort', 'patch:99', '--reason', 'x'], /there is none of that name/],
  ])('hears what is wrong with %s, and nothing is begun', async (_case, args, words) => {
    const { code, out, err } = await signalbox(...args);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(CLEAR);
    expect(err).toMatch(words);
    expect(await releases()).toEqual([]);
  });

  it.each([
    [['release', 'start', 'patch'], /missing required argument 'minor'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['release', 'hold', 'patch:1'], /required option '--reason <sentence>' not specified/],
  ])('is told how %j is used, with the exit code of wrong usage', async (args, words) => {
    const { code, err } = await signalbox(...args);

    expect(code).toBe(2);
    expect(err).toMatch(words);
  });

  it('sees every problem of a configuration with its place', async () => {
    const file = join(home, 'bad.yaml');
    await writeFile(file, 'product:\n  name: kettle\nprojects:\n  - name: kettle\n    repository: x\n');

    const { code, out } = await signalbox('config', 'check', file);

    const lines = out.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines.every((line) => /^\S+bad\.yaml:\d+:\d+: \S/.test(line))).toBe(true);
    expect(out).toContain(
      'bad.yaml:5:5: projects[0].repository is no known field. Did you mean repositories?',
    );
  });

  it('hears who has the port, before anything is started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const elsewhere = await mkdtemp(join(tmpdir(), 'signalbox-port-'));

    const { code, err } = await commandIn(elsewhere, { SIGNALBOX_GATEWAY_PORT: String(port) })('up');
    const started = await readdir(join(elsewhere, 'run'));
    other.close();
    await rm(elsewhere, { recursive: true, force: true });

    expect(code).toBe(1);
    expect(err).toMatch(CLEAR);
    expect(err).toMatch(new RegExp(`^error port ${port}\\n  process ${process.pid} .*so the gateway cannot`));
    expect(err).toContain('give SIGNALBOX_GATEWAY_PORT another port');
    expect(started).toEqual([]);
  });

  it('hears that PostgreSQL is down, and after `up` that nothing was begun', async () => {
    await kill('postgres');

    const { code, err } = await signalbox('release', 'start', 'patch', '18.6');
    const up = await signalbox('up');

    expect(code).toBe(1);
    expect(err).toMatch(CLEAR);
    expect(err).toMatch(/^error PostgreSQL at .*\n.*does not answer.*\n.*signalbox up/);
    expect(up.code).toBe(0);
    expect(await releases()).toEqual([]);
  });

  it(
    'hears which project lacks the branch, and nothing is begun',
    async () => {
      const repositories = join(home, 'sandbox', 'repositories');
      const stable = 'refs/heads/18-4-stable-ee';
      const canonical = join(repositories, '4.git');
      const { stdout: head } = await run('git', ['--git-dir', canonical, 'rev-parse', stable]);
      await run('git', ['--git-dir', canonical, 'update-ref', '-d', stable]);

      const { code, out, err } = await signalbox('release', 'start', 'patch', '18.4');
      await run('git', ['--git-dir', canonical, 'update-ref', stable, head.trim()]);

      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(CLEAR);
      expect(err).toMatch(/^error gitlab-org\/gitlab\n {2}there is no branch 18-4-stable-ee for 18\.4\n/);
      expect(await releases()).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'hears that GitLab refuses the token, and nothing is begun',
    async () => {
      const token = await replaceToken('nobodys-token\n');

      const { code, out, err } = await signalbox('release', 'start', 'patch', '18.6');
      await replaceToken(token);

      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(CLEAR);
      expect(err).toMatch(/it answered 401\n {2}Give the token of a maintainer with scope `api`/);
      expect(err).not.toContain('nobodys-token');
      expect(await releases()).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'sees in the release that the token was taken away, mends it, and goes on where it stopped',
    async () => {
      const token = await replaceToken('nobodys-token\n');
      await restart('worker');
      // The gateway reads it anew and would refuse the start; the worker keeps the one that it began with.
      await replaceToken(token);

      const id = await start('18.6');
      const [blocker] = await blockersOf(id);
      await restart('worker');
      const resumed = await signalbox(
        'release',
        'resume',
        id,
        '--step',
        blocker?.step ?? '',
        '--reason',
        'Mended.',
      );
      const { reached } = await until('it to go on', async () => {
        const status = await statusOf(id);
        return status.reached.some(({ milestone }) => milestone === 'warned') && status;
      });
      await signalbox('release', 'abort', id, '--reason', 'It was only a test.');

      expect(blocker?.verdict.sentence).toContain('it answered 401');
      expect(blocker?.verdict.sentence).toContain('Give the token of a maintainer with scope `api`');
      expect(blocker?.verdict.sentence).not.toContain('nobodys-token');
      expect(resumed.code).toBe(0);
      expect(reached.map(({ milestone }) => milestone)).toContain('opened');
    },
    STORY_MS,
  );

  it(
    'may start a release while GitLab is down: it says what it waits for, and goes on by itself',
    async () => {
      await kill('sandbox');

      const id = await start('18.5');
      const { state, retrying } = await until('the release to tell', async () => {
        const status = await statusOf(id);
        return status.retrying.length > 0 && status;
      });
      const { out } = await signalbox('release', 'show', id);
      await signalbox('up');
      await until(
        'it to go on',
        async () => (await statusOf(id)).reached.some(({ milestone }) => milestone === 'warned'),
        60_000,
      );
      const { code } = await signalbox('release', 'abort', id, '--reason', 'It was only a test.');

      expect(state).toBe('opened');
      expect(retrying[0]).toMatchObject({ step: 'survey lines', sentence: expect.stringMatching(/connect/) });
      expect(out).toMatch(/tried again by itself: survey lines \(attempt \d+\)\n {2}\S/);
      expect((await statusOf(id)).retrying).toEqual([]);
      expect(code).toBe(0);
    },
    STORY_MS,
  );
});
