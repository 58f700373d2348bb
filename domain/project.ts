/** One source tree that is tagged with the product, frozen into a release when it starts. */
export interface Project {
  readonly name: string;
  readonly repositories: Repositories;
  readonly defaultBranch: string;
  /** How its version follows the product's; see {@link Versioning}. */
  readonly versioning: Versioning;
  /** Names of the projects that must be tagged first. */
  readonly dependsOn: readonly string[];
  /** Pattern with `{major}` and `{minor}` of the line the project itself is on: `{major}-{minor}-stable-ee`. */
  readonly stableBranch: string;
  /** In the order they are made. Each writes its own version text and makes its own tag. */
  readonly tags: readonly TagRule[];
  /** Where the project keeps its own version. */
  readonly versionFile?: VersionLocation;
  /** Where the project names the versions of others. */
  readonly pins: readonly Pin[];
  /** File that gets an entry for each final version, e.g. `CHANGELOG.md`. */
  readonly changelog?: string;
  /** Name of the generic package made of the tagged tree; absent for a project that ships none. */
  readonly packageName?: string;
}

/**
 * `managed-sha`: tagged with the product's version; candidates pin its commit, finals its version.
 * `managed-semver`: tagged with the product's version, and always pinned by version.
 * `own`: a SemVer line of its own; its next number is data (patch for a patch, minor for a monthly). Not tagged for candidates.
 */
export type Versioning = 'managed-sha' | 'managed-semver' | 'own';

/** Paths of the three repositories of a project. They may be equal where a product has only one. */
export interface Repositories {
  readonly canonical: string;
  readonly security: string;
  readonly build: string;
}

export interface TagRule {
  /** Pattern of a final tag: `v{version}-ee`. Placeholders: `{version}`, `{major}`, `{minor}`, `{patch}`. */
  readonly final: string;
  /** Pattern of a candidate tag: `v{version}-rc{rc}-ee`; absent where candidates are not tagged. */
  readonly candidate?: string;
  /** Text written to the version file for this tag: `{full}-ee`; `{full}` is `18.7.0` or `18.7.0-rc42`. */
  readonly versionText: string;
}

/** A version inside a file: the whole file, or the one capture group of `pattern` (multi-line regular expression). */
export interface VersionLocation {
  readonly path: string;
  readonly pattern?: string;
}

export interface Pin extends VersionLocation {
  readonly project: string;
  /** Text written for a final version, `{version}` by default; some files want `v{version}`. */
  readonly text?: string;
}

/** Of a product of several projects, one that is counted apart; a single one's numbers are the product's, however it is versioned. */
export function countsItself(
  { versioning }: Pick<Project, 'versioning'>,
  projects: readonly unknown[],
): boolean {
  return versioning === 'own' && projects.length > 1;
}

/** Those that have the product's numbers. */
export function followingProjects(projects: readonly Project[]): readonly Project[] {
  return projects.filter((project) => !countsItself(project, projects));
}
