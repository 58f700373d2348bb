import type { Queryable, Statement } from './database';
import type { MadePackage, MadeTag } from './effects';

/** `withdrawn`: removed again before it was public. */
export type ArtifactState = MadeTag['state'] | 'withdrawn';

export interface TagRow extends Omit<MadeTag, 'state'> {
  readonly release: string;
  /** The product's version. */
  readonly productVersion: string;
  readonly state: ArtifactState;
}

export interface PackageRow extends Omit<MadePackage, 'state'> {
  readonly release: string;
  /** The product's version. */
  readonly productVersion: string;
  readonly state: ArtifactState;
}

export interface ReleaseArtifacts {
  readonly tags: readonly TagRow[];
  readonly packages: readonly PackageRow[];
}

export interface ArtifactRecords {
  ofRelease(release: string): Promise<ReleaseArtifacts>;
}

const TAGS: Statement = {
  name: 'tags.of-release',
  text: `SELECT project, name, sha, state, release, product_version AS "productVersion"
    FROM tags WHERE release = $1 ORDER BY product_version, project, name`,
};
const PACKAGES: Statement = {
  name: 'packages.of-release',
  text: `SELECT project, name, version, file, sha256, bytes, state, release, product_version AS "productVersion"
    FROM packages WHERE release = $1 ORDER BY product_version, project, name, version, file`,
};

export function createArtifacts(database: Queryable): ArtifactRecords {
  return { ofRelease: (release) => artifactsOf(database, release) };
}

async function artifactsOf(database: Queryable, release: string): Promise<ReleaseArtifacts> {
  const [tags, packages] = await Promise.all([
    database.rows<TagRow>(TAGS, [release]),
    database.rows<PackageRow>(PACKAGES, [release]),
  ]);
  return { tags, packages };
}
