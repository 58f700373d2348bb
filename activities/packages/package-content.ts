import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { releaseManifest } from '../../domain/release-manifest';
import type { PackageStep } from '../effects';
import type { Outside } from '../outside';
import { permanent } from '../errors';

export interface FileContent {
  readonly file: string;
  readonly content: Buffer;
}

/**
 * The archive of the tagged tree, the manifest of component commits, and the checksums of both. Made again, the archive is
 * the same tree in the same order; `git archive` takes its times from the commit.
 */
export async function packageContent(outside: Outside, step: PackageStep): Promise<readonly FileContent[]> {
  const { plan, version, components } = step;
  const archive = gzipSync(await treeArchive(outside, step), { level: 6 });
  const name = `${packageNameOf(step)}-${plan.version}`;
  const manifest = releaseManifest(version, components);
  const files = [
    { file: `${name}.tar.gz`, content: archive },
    { file: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
  ];
  const sums = files.map(({ file, content }) => `${sha256(content)}  ${file}\n`).join('');
  return [...files, { file: 'SHA256SUMS', content: Buffer.from(sums) }];
}

/** The tagged tree as an uncompressed tar. */
export async function treeArchive(outside: Outside, step: PackageStep): Promise<Buffer> {
  const { project, plan, tagged } = step;
  const mirror = outside.mirrorOf(project);
  if ((await mirror.resolve(tagged.commit)) === undefined) await mirror.fetch('security');
  const prefix = `${packageNameOf(step)}-${plan.version}/`;
  return mirror.bytes(['archive', '--format=tar', `--prefix=${prefix}`, tagged.commit]);
}

export function packageNameOf({ project }: Pick<PackageStep, 'project'>): string {
  if (project.packageName !== undefined) return project.packageName;
  throw permanent('BugInUs', { where: project.name, what: 'it ships no package', remedy: 'Report it' });
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
