import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { releaseManifest } from '../../domain/version/release-manifest';
import type { Project } from '../../domain/project';
import type { PackageStep, ProjectPlan } from '../effects';
import type { Outside } from '../outside';
import { permanent } from '../errors';

/** Beside the loop, which beats for all effects meanwhile: the tree of a large project takes half a minute. */
const compress = promisify(gzip);

export interface FileContent {
  readonly file: string;
  readonly content: Buffer;
}

/**
 * The archive of the tagged tree, the manifest of component commits, and the checksums of both. Made again, the archive is
 * the same tree in the same order; `git archive` takes its times from the commit.
 */
export async function packageContent(outside: Outside, step: PackageStep): Promise<readonly FileContent[]> {
  const { version, components } = step;
  const manifest = releaseManifest(version, components);
  const files = [
    await treeArchiveFile(outside, archivedBy(step)),
    { file: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
  ];
  const sums = files.map(({ file, content }) => `${sha256(content)}  ${file}\n`).join('');
  return [...files, { file: 'SHA256SUMS', content: Buffer.from(sums) }];
}

/** A tree, and whose it is. */
export interface Archived {
  readonly project: Project;
  readonly plan: ProjectPlan;
  readonly commit: string;
}

export function archivedBy({ project, plan, tagged }: PackageStep): Archived {
  return { project, plan, commit: tagged.commit };
}

export async function treeArchiveFile(outside: Outside, archived: Archived): Promise<FileContent> {
  const content = await compress(await treeArchive(outside, archived), { level: 6 });
  return { file: `${packageNameOf(archived)}-${archived.plan.version}.tar.gz`, content };
}

/** The tagged tree as an uncompressed tar. */
export async function treeArchive(outside: Outside, { project, plan, commit }: Archived): Promise<Buffer> {
  const mirror = outside.mirrorOf(project);
  if ((await mirror.resolve(commit)) === undefined) await mirror.fetch('security');
  const prefix = `${packageNameOf({ project })}-${plan.version}/`;
  return mirror.bytes(['archive', '--format=tar', `--prefix=${prefix}`, commit]);
}

export function packageNameOf({ project }: Pick<PackageStep, 'project'>): string {
  if (project.packageName !== undefined) return project.packageName;
  throw permanent('BugInUs', { where: project.name, what: 'it ships no package', remedy: 'Report it' });
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
