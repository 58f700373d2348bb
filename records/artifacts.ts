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
  /** Every tag of a project that was made and not withdrawn. */
  tagsOf(project: string): Promise<readonly TagRow[]>;
}

const TAGS: Statement = {
  name: 'tags.of-release',
  text: `SELECT project, name, sha, state, release, product_version AS "productVersion"
    FROM tags WHERE release = $1 ORDER BY product_version, project, name`,
};
const TAGS_OF_PROJECT: Statement = {
  name: 'tags.of-project',
  text: `SELECT project, name, sha, state, release, product_version AS "productVersion"
    FROM tags WHERE project = $1 AND state <> 'withdrawn'`,
};
const PACKAGES: Statement = {
  name: 'packages.of-release',
  text: `SELECT project, name, version, file, sha256, bytes, state, release, product_version AS "productVersion"
    FROM packages WHERE release = $1 ORDER BY product_version, project, name, version, file`,
};

export function createArtifacts(database: Queryable): ArtifactRecords {
  return {
    ofRelease: (release) => artifactsOf(database, release),
    tagsOf: (project) => database.rows<TagRow>(TAGS_OF_PROJECT, [project]),
  };
}

async function artifactsOf(database: Queryable, release: string): Promise<ReleaseArtifacts> {
  const [tags, packages] = await Promise.all([
    database.rows<TagRow>(TAGS, [release]),
    database.rows<PackageRow>(PACKAGES, [release]),
  ]);
  return { tags, packages };
}
