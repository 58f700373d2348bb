import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { rememberedPorts } from '../services/ports';
import { median } from './bench-house';

const run = promisify(execFile);
const ROUNDS = 5;
/** "Within seconds of a push." */
const BOUND_MS = 5_000;
const LOOK_EVERY_MS = 4;
const PATHS = ['gitlab-org/gitlab', 'gitlab-org/security/gitlab', 'gitlab-org/build/gitlab'] as const;

/** The servers of a laptop, with the product planted. */
interface Site {
  readonly home: string;
  /** Address of each repository, with the token. */
  readonly remotes: readonly string[];
  /** Folder of each repository. */
  readonly folders: readonly string[];
}

/**
 * (f) From the end of a push on canonical until security and build have it too: webhook, engine and git, on the servers of a
 * laptop. Against git alone, which fetches and pushes the moment the push is over.
 */
async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  chmodSync(home, 0o755);
  await signalbox(home, ['up']);
  await signalbox(home, ['sandbox', 'seed']);
  await signalbox(home, ['mirror', 'verify']);
  const site = await siteOf(home);
  const clone = join(home, 'clone');
  await git(home, ['clone', '--quiet', site.remotes[0] ?? '', clone]);
  await git(home, ['clone', '--quiet', '--bare', site.remotes[0] ?? '', join(home, 'bare.git')]);

  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of ['ours', 'bare'] as const) {
      const took = await (side === 'ours' ? pushAndWait(site, clone) : pushByHand(site, clone, round));
      // The first round warms both sides up.
      if (round > 0) times[side].push(took);
    }
  }
  report(median(times.ours), median(times.bare));
  await signalbox(home, ['down']);
  await rm(home, { recursive: true, force: true });
}

async function pushAndWait(site: Site, clone: string): Promise<number> {
  const head = await commit(clone);
  await git(clone, ['push', '--quiet', 'origin', 'HEAD:master']);
  const began = performance.now();
  await areEqual(site, 'refs/heads/master', head);
  return performance.now() - began;
}

/** A branch that no mirror looks at. */
async function pushByHand(site: Site, clone: string, round: number): Promise<number> {
  const ref = `refs/heads/bare-${round}`;
  const head = await commit(clone);
  await git(clone, ['push', '--quiet', 'origin', `HEAD:${ref}`]);
  const began = performance.now();
  const bare = join(site.home, 'bare.git');
  const [canonical = '', ...others] = site.remotes;
  await git(bare, ['fetch', '--quiet', canonical, `${ref}:${ref}`]);
  await Promise.all(others.map((remote) => git(bare, ['push', '--quiet', remote, `${ref}:${ref}`])));
  await areEqual(site, ref, head);
  return performance.now() - began;
}

async function commit(clone: string): Promise<string> {
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  await git(clone, [...identity, 'commit', '--quiet', '--allow-empty', '--message', 'Go on']);
  return git(clone, ['rev-parse', 'HEAD']);
}

async function areEqual({ folders }: Site, ref: string, head: string): Promise<void> {
  for (;;) {
    const heads = await Promise.all(
      folders.map((folder) => git(folder, ['rev-parse', '--verify', '--quiet', ref]).catch(() => '')),
    );
    if (heads.every((one) => one === head)) return;
    await pause(LOOK_EVERY_MS);
  }
}

async function siteOf(home: string): Promise<Site> {
  const url = `http://127.0.0.1:${rememberedPorts(home)['sandbox']}`;
  const token = readFileSync(join(home, 'secrets', 'gitlab-token'), 'utf8').trim();
  const ids = await Promise.all(
    PATHS.map(async (path) => {
      const headers = { 'private-token': token };
      const answer = await fetch(`${url}/api/v4/projects/${encodeURIComponent(path)}`, { headers });
      return ((await answer.json()) as { readonly id: number }).id;
    }),
  );
  return {
    home,
    remotes: PATHS.map((path) => `${url.replace('//', `//git:${token}@`)}/${path}.git`),
    folders: ids.map((id) => join(home, 'sandbox', 'repositories', `${id}.git`)),
  };
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const { stdout } = await run('git', [...args], { cwd: folder, env });
  return stdout.trim();
}

async function signalbox(home: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [resolve(__dirname, '../cli/main.js'), ...args], {
    env: { ...process.env, SIGNALBOX_HOME: home },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`signalbox ${args.join(' ')} ended with ${code}`);
}

function report(ours: number, bare: number): void {
  const holds = ours <= BOUND_MS;
  if (!holds) process.exitCode = 1;
  const ratio = (ours / bare).toFixed(2);
  const text = `ours ${ours.toFixed(0)} ms, git alone ${bare.toFixed(0)} ms, ratio ${ratio} (ours at most ${BOUND_MS} ms) ${holds ? 'ok' : 'MISSED'}`;
  process.stdout.write(`${'(f) push to equality, median of 5'.padEnd(38)} ${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
