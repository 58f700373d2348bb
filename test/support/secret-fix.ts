import { commitTree } from '../../activities/git/compose-version';
import { firstAudience, topicBranchOf, type Embargo, type EmbargoState } from '../../domain/embargo/embargo';
import { firstOf, stableBranchOf } from '../../domain/version/naming';
import { ENGINE } from '../../domain/release/release';
import type { Outside } from '../../activities/outside';
import type { Project } from '../../domain/project';

/** Where a fix is planted: a product on a sandbox GitLab, with its records. */
export interface Ground extends Pick<Outside, 'records' | 'mirrorOf'> {
  project(name: string): Project;
}

export interface SecretFixWanted {
  /** Ten letters or digits. */
  readonly code: string;
  readonly project: string;
  /** `default` and minors. */
  readonly lines: readonly string[];
  /** File that the fix adds or changes, by line where it differs. */
  readonly path: string;
  readonly content: string;
  readonly state?: EmbargoState;
  /** Its topics are built on those of this one, or on these commits, on the same lines; on canonical by default. */
  readonly on?: Pick<SecretFix, 'heads'>;
  /** ISO 8601; a date agreed on with others. */
  readonly notBefore?: string;
}

export interface SecretFix {
  readonly embargo: Embargo;
  /** Head of the topic by line. */
  readonly heads: Readonly<Record<string, string>>;
  /** Every object that is secret: commits, trees and blobs. */
  readonly objects: readonly string[];
}

/** The fix that most stories are about; each says on which lines. */
export const ESCAPE = {
  code: 'k3v9x0q2ab',
  project: 'gitaly',
  path: 'escape.rb',
  content: 'escaped',
} as const;

const WRITTEN_AT = '2026-11-10T08:00:00.000Z';

/** A fix on the security side alone, registered and sealed: one commit on each line, as its author pushes it. */
export async function plantSecretFix(world: Ground, wanted: SecretFixWanted): Promise<SecretFix> {
  const { project: name, lines, path, content, state = 'sealed', on } = wanted;
  const { embargoes } = world.records;
  const id = await openSecretFix(world, wanted);
  const heads: Record<string, string> = {};
  const objects: string[] = [];
  for (const line of lines) {
    const topic = await plantTopic(world, {
      embargo: id,
      project: name,
      line,
      path,
      content,
      on: on?.heads[line],
    });
    heads[line] = topic.head;
    objects.push(...topic.objects);
  }
  await bringTo(world, { id, state });
  const embargo = await embargoes.find(id);
  if (embargo === undefined) throw new Error('it was opened');
  return { embargo, heads, objects };
}

/** As it is reported, before anything is written; once, so that it may be planted later. @returns its id */
export async function openSecretFix(
  { records }: Pick<Ground, 'records'>,
  { code, lines, notBefore }: Pick<SecretFixWanted, 'code' | 'lines' | 'notBefore'>,
): Promise<string> {
  const id = `embargo:${code}`;
  await records.embargoes.open({
    embargo: id,
    actor: ENGINE,
    reason: 'planted',
    key: `${id}/open`,
    title: 'A hole nobody may know of',
    owner: 'ada',
    severity: 'S2',
    ...(notBefore === undefined ? {} : { notBefore }),
    affects: lines.map((line) => ({ line, evidence: 'tried' })),
    audience: firstAudience({ owner: 'ada', reviewers: [], operators: [], now: WRITTEN_AT }),
  });
  return id;
}

/** The fix on one line more, as when its author writes it for a minor that has come out since. */
export async function plantTopic(
  world: Ground,
  { embargo, project: name, line, path, content, on }: TopicWanted,
): Promise<{ readonly head: string; readonly objects: readonly string[] }> {
  const project = world.project(name);
  const mirror = world.mirrorOf(project);
  await mirror.fetch('canonical');
  const branch = line === 'default' ? project.defaultBranch : stableBranchOf(project, firstOf(line));
  const base = on ?? (await mirror.git(['rev-parse', `refs/sides/canonical/heads/${branch}`])).trim();
  const head = await commitOn(world, { name, base, path, content: `${content} on ${line}\n` });
  const topic = topicBranchOf(embargo, line);
  await mirror.remote(['push', '--quiet', mirror.urlOf('security'), `${head}:refs/heads/${topic}`]);
  const fresh = await mirror.git(['rev-list', '--objects', head, '--not', '--glob=refs/sides/canonical/*']);
  const objects = fresh
    .trim()
    .split('\n')
    .map((row) => row.slice(0, 40));
  await world.records.embargoes.registerTopic({
    embargo,
    key: `${embargo}/topic/${line}`,
    actor: ENGINE,
    reason: 'planted',
    topic: { project: name, line, branch: topic, head },
    objects,
    fingerprints: [],
    making: 'none',
  });
  return { head, objects };
}

/** One commit more on a topic that is there, pushed and not registered: as its owner leaves it. @returns the new head */
export async function reworkTopic(
  world: Pick<Ground, 'mirrorOf'>,
  { embargo, project, line, head }: ReworkWanted,
): Promise<string> {
  const mirror = world.mirrorOf(project);
  const reworked = await commitTree(mirror, {
    tree: (await mirror.git(['rev-parse', `${head}^{tree}`])).trim(),
    parents: [head],
    message: 'Say why\n',
    at: WRITTEN_AT,
  });
  const ref = `refs/heads/${topicBranchOf(embargo, line)}`;
  await mirror.remote(['push', '--quiet', mirror.urlOf('security'), `${reworked}:${ref}`]);
  return reworked;
}

/** Its topic comes to the default branch of canonical by a merge, as a disclosure brings it. */
export async function mergeInPublic(
  world: Ground,
  { project: name, fix }: { readonly project: string; readonly fix: Pick<SecretFix, 'heads'> },
): Promise<void> {
  const project = world.project(name);
  const mirror = world.mirrorOf(project);
  await mirror.fetch('canonical');
  const onto = (await mirror.resolve(`refs/sides/canonical/heads/${project.defaultBranch}`)) ?? '';
  const topic = fix.heads['default'] ?? '';
  const tree = (await mirror.git(['merge-tree', '--write-tree', onto, topic])).trim();
  const merge = { tree, parents: [onto, topic], message: 'Merge a security fix\n', at: WRITTEN_AT };
  const spec = `${await commitTree(mirror, merge)}:refs/heads/${project.defaultBranch}`;
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), spec]);
}

interface ReworkWanted {
  readonly embargo: string;
  readonly project: Project;
  readonly line: string;
  readonly head: string;
}

interface TopicWanted extends Pick<SecretFixWanted, 'project' | 'path' | 'content'> {
  readonly embargo: string;
  readonly line: string;
  /** Commit that it is built on. */
  readonly on?: string | undefined;
}

async function commitOn(
  world: Ground,
  at: { readonly name: string; readonly base: string; readonly path: string; readonly content: string },
): Promise<string> {
  const mirror = world.mirrorOf(world.project(at.name));
  const blob = (await mirror.git(['hash-object', '-w', '--stdin'], { input: at.content })).trim();
  const rows = (await mirror.git(['ls-tree', at.base])).trim().split('\n');
  const others = rows.filter((row) => !row.endsWith(`\t${at.path}`));
  const input = `${[...others, `100644 blob ${blob}\t${at.path}`].join('\n')}\n`;
  const tree = (await mirror.git(['mktree'], { input })).trim();
  return commitTree(mirror, {
    tree,
    parents: [at.base],
    message: 'Escape what is asked for\n',
    at: WRITTEN_AT,
  });
}

const WAY: readonly EmbargoState[] = ['opened', 'fixed_on_managed_systems', 'sealed'];

async function bringTo(
  world: Ground,
  { id, state }: { readonly id: string; readonly state: EmbargoState },
): Promise<void> {
  const steps = WAY.slice(0, WAY.indexOf(state) + 1);
  for (const [index, to] of steps.slice(1).entries()) {
    const from = WAY[index] ?? 'opened';
    const key = `${id}/${to}`;
    await world.records.embargoes.move({ embargo: id, actor: ENGINE, reason: 'planted', key, from, to });
  }
}
