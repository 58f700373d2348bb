import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSection } from '../../domain/version/changelog';
import { effectKey, fill, partsOf, tagRulesOf } from '../../domain/version/naming';
import type { TagRule } from '../../domain/project';
import { pinText, writeVersion } from '../../domain/version/version-file';
import type { ProjectStep, TaggedProject } from '../effects';
import { permanent } from '../errors';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';

/** Who the version commits and tags are by. */
const IDENTITY = { name: 'Signalbox', email: 'signalbox@noreply.invalid' };

export interface ComposedTag {
  readonly name: string;
  /** The tag object. */
  readonly object: string;
  /** The commit it names. */
  readonly sha: string;
}

export interface ComposedVersion {
  /** Head of the release's own branch. */
  readonly commit: string;
  readonly tags: readonly ComposedTag[];
}

export interface Composition extends ProjectStep {
  readonly pinned: readonly Pick<TaggedProject, 'project' | 'version' | 'commit' | 'versioning'>[];
  readonly changelogText: string;
}

/**
 * Version commits and annotated tags as objects of the mirror, pushed nowhere yet. Everything in them comes from the input,
 * so that the same version composed again is the same bytes.
 * @throws ApplicationFailure ConfigurationError when a version file or pin is not where the configuration says
 */
export async function composeVersion(mirror: Mirror, composition: Composition): Promise<ComposedVersion> {
  const { project, plan } = composition;
  const tags: ComposedTag[] = [];
  let head = plan.base;
  for (const [index, { rule, name }] of tagRulesOf(project, plan.version).entries()) {
    const changes = await changesFor(mirror, { composition, rule, head, isFirst: index === 0 });
    head = await commitOnto(mirror, {
      head,
      changes,
      message: messageFor(composition, `Update version files for ${name}`),
      at: composition.closedAt,
    });
    tags.push({ name, sha: head, object: await tagAt(mirror, { name, commit: head, composition }) });
  }
  return { commit: head, tags };
}

function messageFor({ release, project, plan }: Composition, title: string): string {
  const key = effectKey({ release, step: 'tag', target: `${project.name}/${plan.version}` });
  return `${title}\n\nSignalbox-Key: ${key}\n`;
}

interface ChangesRequest {
  readonly composition: Composition;
  readonly rule: TagRule;
  readonly head: string;
  readonly isFirst: boolean;
}

/** New content by path, of the files that change. */
async function changesFor(mirror: Mirror, request: ChangesRequest): Promise<ReadonlyMap<string, Buffer>> {
  const { composition, rule, head, isFirst } = request;
  const { project, plan, pinned, closedAt, changelogText } = composition;
  const changes = new Map<string, Buffer>();
  const contentOf = async (path: string) => changes.get(path) ?? (await mirror.fileBytes(head, path));

  async function write(
    location: { readonly path: string; readonly pattern?: string },
    version: string,
  ): Promise<void> {
    const content = await contentOf(location.path);
    if (content === undefined) throw misplaced(composition, `${location.path} does not exist at ${head}`);
    try {
      changes.set(
        location.path,
        edited(content, (text) => writeVersion(location, { content: text, version })),
      );
    } catch (error) {
      throw misplaced(composition, error instanceof Error ? error.message : String(error));
    }
  }

  if (project.versionFile !== undefined)
    await write(project.versionFile, fill(rule.versionText, plan.version));
  for (const pin of project.pins) {
    const target = pinned.find((one) => one.project === pin.project);
    if (target !== undefined) await write(pin, pinText(pin, target));
  }
  if (isFirst && project.changelog !== undefined && isFinal(plan.version)) {
    const section = { version: plan.version, date: closedAt.slice(0, 10), text: changelogText };
    const content = (await contentOf(project.changelog)) ?? Buffer.alloc(0);
    changes.set(
      project.changelog,
      edited(content, (text, inItsBytes) =>
        withSection(text, { ...section, text: inItsBytes(section.text) }),
      ),
    );
  }
  return changes;
}

/** Whether it is told in changelogs: neither candidates nor internal versions are. */
function isFinal(version: string): boolean {
  const { rc, internal } = partsOf(version);
  return rc === undefined && internal === undefined;
}

/** What is no UTF-8 is edited byte by byte, so that everything that is not written stays as it was. */
function edited(
  content: Buffer,
  edit: (text: string, inItsBytes: (text: string) => string) => string,
): Buffer {
  if (isUtf8(content)) return Buffer.from(edit(content.toString(), String));
  return Buffer.from(edit(content.toString('latin1'), oneCharacterForEachByte), 'latin1');
}

function oneCharacterForEachByte(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function misplaced({ project }: Composition, what: string): Error {
  const remedy =
    'Mend `versionFile` or `pins` of the project in signalbox.yaml; a new release uses the mended file';
  return permanent('ConfigurationError', { where: project.name, what, remedy });
}

export interface CommitRequest {
  readonly head: string;
  readonly changes: ReadonlyMap<string, Buffer>;
  readonly message: string;
  /** ISO 8601; author and committer date. */
  readonly at: string;
}

/** @returns the head itself where nothing changes */
async function commitOnto(mirror: Mirror, { head, changes, message, at }: CommitRequest): Promise<string> {
  const tree = await treeWith(mirror, head, changes);
  const before = (await mirror.git(['rev-parse', `${head}^{tree}`])).trim();
  if (tree === before) return head;
  return commitTree(mirror, { tree, parents: [head], message, at });
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

export async function commitTree(
  mirror: Pick<Mirror, 'git'>,
  {
    tree,
    parents,
    message,
    at,
    author = IDENTITY,
  }: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly at: string;
    /** Us by default. */
    readonly author?: Author;
  },
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return (await mirror.git(args, { input: message, environment: signature(at, author) })).trim();
}

/** Who made a commit and when, as git reads it from its environment; the author is us by default. */
export function signature(at: string, author: Author = IDENTITY): Readonly<Record<string, string>> {
  const date = gitDate(at);
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
    GIT_COMMITTER_DATE: date,
  };
}

/** An instant in ISO 8601 as git takes it: without the sign it takes a date before 1973 for no date. */
export function gitDate(at: string): string {
  return `@${Math.floor(Date.parse(at) / 1000)} +0000`;
}

async function treeWith(mirror: Mirror, head: string, changes: ReadonlyMap<string, Buffer>): Promise<string> {
  const index = join(tmpdir(), `signalbox-index-${randomUUID()}`);
  try {
    const environment = { GIT_INDEX_FILE: index };
    await mirror.git(['read-tree', head], { environment });
    for (const [path, content] of changes) {
      const blob = (await mirror.git(['hash-object', '-w', '--stdin'], { input: content })).trim();
      const [entry] = linesOf(await mirror.git(['ls-tree', head, '--', path]));
      const mode = entry?.split(' ')[0] ?? '100644';
      await mirror.git(['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`], { environment });
    }
    return (await mirror.git(['write-tree'], { environment })).trim();
  } finally {
    await rm(index, { force: true });
  }
}

interface TagRequest {
  readonly name: string;
  readonly commit: string;
  readonly composition: Composition;
}

async function tagAt(mirror: Mirror, { name, commit, composition }: TagRequest): Promise<string> {
  const seconds = Math.floor(Date.parse(composition.closedAt) / 1000);
  const head = `object ${commit}\ntype commit\ntag ${name}\ntagger ${IDENTITY.name} <${IDENTITY.email}> ${seconds} +0000\n`;
  const input = `${head}\n${messageFor(composition, `Version ${name}`)}`;
  return (await mirror.git(['mktag'], { input })).trim();
}
