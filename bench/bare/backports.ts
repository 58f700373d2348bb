import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mirror, Side } from '../../activities/git/mirror';
import { shareWork } from '../../processes/share-work';
import { MINORS, type BackportSandbox } from '../backport-sandbox';

/** As many at once as a worker has hands for backports. */
const HANDS = 8;

/** The bare limit: the same requests for each backport, in a loop that remembers, checks and explains nothing. */
export async function bareBackports(sandbox: BackportSandbox, mirror: Mirror): Promise<void> {
  const clone = { mirror, fetchBoth: shareWork(() => fetchSides(mirror)) };
  const waiting = [...sandbox.iids];
  const hand = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await bareChange(sandbox, clone, next);
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
}

/** A clone that all hands work in. */
interface Clone {
  readonly mirror: Mirror;
  /** Whoever asks while another fetches waits, and shares the next. */
  readonly fetchBoth: () => Promise<void>;
}

/** Read once, picked onto each branch, and pushed to all of them together. */
async function bareChange(
  sandbox: BackportSandbox,
  { mirror, fetchBoth }: Clone,
  iid: number,
): Promise<void> {
  const ask = asker(sandbox);
  await ask('GET', `merge_requests/${iid}`);
  const branches = MINORS.map((minor) => ({
    source: `backport/${iid}/${minor}`,
    target: `${minor.replace('.', '-')}-stable`,
    title: `Mend (backport to ${minor})`,
  }));
  const specs = await Promise.all(
    branches.map(async ({ source, target }) => {
      const between = `merge_requests?source_branch=${encodeURIComponent(source)}&target_branch=${target}`;
      const change = await ask('GET', between).then(() => mergeOf(mirror, iid));
      const head = (await mirror.git(['rev-parse', `refs/sides/canonical/heads/${target}`])).trim();
      return `${await pick(mirror, { change, head })}:refs/heads/${source}`;
    }),
  );
  const remote = mirror.urlOf('canonical');
  await mirror.remote(['ls-remote', remote, ...branches.map(({ source }) => `refs/heads/${source}`)]);
  await fetchBoth();
  await mirror.remote(['push', '--quiet', '--atomic', remote, ...specs]);
  await Promise.all(branches.map((branch) => openAndRead(ask, branch)));
}

interface Branch {
  readonly source: string;
  readonly target: string;
  readonly title: string;
}

async function openAndRead(ask: Asker, { source, target, title }: Branch): Promise<void> {
  const wanted = { source_branch: source, target_branch: target, title };
  const opened = await ask<{ iid: number; sha: string }>('POST', 'merge_requests', wanted);
  await ask('GET', `merge_requests/${opened.iid}`);
  await Promise.all([
    ask('GET', `merge_requests/${opened.iid}/approvals`),
    ask('GET', `pipelines?sha=${opened.sha}&per_page=1`),
  ]);
}

type Asker = ReturnType<typeof asker>;

function asker({ url, token, settings }: BackportSandbox) {
  const path = encodeURIComponent(settings.project.repositories.canonical);
  return async <T = unknown>(method: string, question: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/api/v4/projects/${path}/${question}`, {
      method,
      headers: { 'private-token': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${question}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

/** Both at once, and straight into the clone: it keeps nothing apart that is public. */
async function fetchSides(mirror: Mirror): Promise<void> {
  await Promise.all((['canonical', 'security'] as const).map((side) => fetchSide(mirror, side)));
}

async function fetchSide(mirror: Mirror, side: Side): Promise<void> {
  const refs = ['heads', 'tags'].map((kind) => `+refs/${kind}/*:refs/sides/${side}/${kind}/*`);
  const quiet = [
    'fetch',
    '--quiet',
    '--prune',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
  ];
  await mirror.remote([...quiet, mirror.urlOf(side), ...refs]);
}

const merges = new WeakMap<Mirror, Promise<ReadonlyMap<string, string>>>();

/** The merge commit of a change, read once for all. */
async function mergeOf(mirror: Mirror, iid: number): Promise<string> {
  const known = merges.get(mirror) ?? readMerges(mirror);
  merges.set(mirror, known);
  const found = (await known).get(String(iid));
  if (found === undefined) throw new Error(`!${iid} is on no branch`);
  return found;
}

async function readMerges(mirror: Mirror): Promise<ReadonlyMap<string, string>> {
  await fetchSide(mirror, 'canonical');
  const text = await mirror.git(['log', '--merges', '--format=%H %b%x00', 'refs/sides/canonical/heads/main']);
  const rows = text.split('\0').map((row) => /([0-9a-f]{40})[^]*!(\d+)/.exec(row));
  return new Map(rows.flatMap((row) => (row === null ? [] : [[row[2] ?? '', row[1] ?? '']])));
}

async function pick(
  mirror: Mirror,
  { change, head }: { readonly change: string; readonly head: string },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bare-'));
  try {
    const environment = { GIT_INDEX_FILE: join(folder, 'index') };
    await mirror.git(['read-tree', head], { environment });
    const patch = await mirror.git(['diff-tree', '-p', '--binary', `${change}^1`, change]);
    await mirror.git(['apply', '--cached'], { environment, input: patch });
    const tree = (await mirror.git(['write-tree'], { environment })).trim();
    const who = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a',
    };
    const commit = ['commit-tree', tree, '-p', head, '-m', 'Mend'];
    return (await mirror.git(commit, { environment: who })).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
