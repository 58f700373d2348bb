import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

export interface LargeRepository {
  /** A bare repository as a mirror has it: everything below `refs/sides/security`. */
  readonly directory: string;
  readonly commits: number;
  readonly refs: number;
  readonly topics: number;
}

export interface Size {
  readonly commits: number;
  readonly refs: number;
  readonly topics: number;
}

const COMMITS_OF_A_TOPIC = 5;
const FOLDERS = 40;
const FILES = 40;
const BEGAN = 1_500_000_000;

/** Made once for each size by `git fast-import`, with a commit-graph, and kept among the temporary files. */
export async function largeRepository(size: Size): Promise<LargeRepository> {
  const name = `signalbox-bench-gate-${size.commits}-${size.refs}-${size.topics}`;
  const directory = join(tmpdir(), `${name}.git`);
  if (existsSync(directory)) return { directory, ...size };
  const growing = `${directory}.${process.pid}`;
  await rm(growing, { recursive: true, force: true });
  await mkdir(growing, { recursive: true });
  await git(growing, ['init', '--bare', '--quiet']);
  await git(growing, ['fast-import', '--quiet'], (input) => writeHistory(input, size));
  await git(growing, ['pack-refs', '--all']);
  await git(growing, ['commit-graph', 'write', '--reachable', '--no-progress']);
  await writeFile(join(growing, 'signalbox-bench'), JSON.stringify(size));
  await rename(growing, directory);
  return { directory, ...size };
}

async function git(
  directory: string,
  args: readonly string[],
  write: (input: Writable) => Promise<void> = async () => undefined,
): Promise<void> {
  const child = spawn('git', [...args], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, GIT_DIR: directory },
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  await write(child.stdin);
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}`);
}

/** A trunk with a tag now and then, branches of a few commits beside it, and topics. */
async function writeHistory(input: Writable, { commits, refs, topics }: Size): Promise<void> {
  const branches = Math.floor((refs - topics) / 2);
  const tags = refs - topics - branches;
  const beside = topics * COMMITS_OF_A_TOPIC + branches;
  const trunk = commits - beside;
  let mark = 0;
  const write = async (text: string): Promise<void> => {
    if (!input.write(text)) await once(input, 'drain');
  };
  const commit = (ref: string, from: number | undefined): string => {
    mark += 1;
    const path = `area-${mark % FOLDERS}/part-${Math.floor(mark / FOLDERS) % FILES}/file-${mark % 7}.rb`;
    const content = `# ${mark}\ndef step_${mark}(given)\n  given + ${mark * 7}\nend\n`;
    const message = `Change ${mark}`;
    const parent = from === undefined ? '' : `from :${from}\n`;
    return `commit ${ref}\nmark :${mark}\ncommitter Somebody <somebody@example.com> ${BEGAN + mark} +0000\ndata ${message.length}\n${message}\n${parent}M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
  };
  const security = 'refs/sides/security';
  for (let at = 0; at < trunk; at++) await write(commit(`${security}/heads/master`, undefined));
  for (let at = 0; at < tags; at++)
    await write(`reset ${security}/tags/v${at}\nfrom :${1 + Math.floor((at * trunk) / tags)}\n\n`);
  for (let at = 0; at < branches; at++)
    await write(commit(`${security}/heads/branch-${at}`, 1 + Math.floor((at * trunk) / branches)));
  for (let at = 0; at < topics; at++) {
    const ref = `${security}/heads/topic/${topicCode(at)}/default`;
    await write(commit(ref, trunk - at));
    for (let more = 1; more < COMMITS_OF_A_TOPIC; more++) await write(commit(ref, mark));
  }
}

export function topicCode(at: number): string {
  return at.toString(36).padStart(10, '0');
}
