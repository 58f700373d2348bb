import { fill, firstOf, lineOf, versionOfTag } from '../domain/version/naming';
import type { Project } from '../domain/project';
import { proposeStableBranch } from './propose-branches';
import { proposeVersionFile } from './propose-files';
import { compareParts } from './propose-numbers';
import { proposeTags } from './propose-tags';

/** What is known of a repository that nobody has described yet. */
export interface ImportedRepository {
  /** Its name in the product; letters that a name may not hold become dashes. */
  readonly name: string;
  /** Path below the address of the GitLab: `group/project`. */
  readonly path: string;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly defaultBranch: string;
  /** Paths of the files of its default branch. */
  readonly files: readonly string[];
  /** Content of one of these files, where it can be read; only files that hold one version are proposed then. */
  readonly contentOf?: (path: string) => string | undefined;
}

export interface ProposedProject {
  readonly project: Project;
  /** The last three lines that have a stable branch and a tag, newest last: `18.5`. */
  readonly minors: readonly string[];
  /** The line after the newest tagged one: `18.7`; `0.1` where nothing is tagged. */
  readonly nextMonthly: string;
}

/** A project entry that continues what the repository's own tags and branches have been doing. */
export function proposeProject(repository: ImportedRepository): ProposedProject {
  const name = allowedName(repository.name);
  const versionFile = proposeVersionFile(repository);
  const isWhole = versionFile !== undefined && versionFile.pattern === undefined;
  const changelog = repository.files.find((file) => /^changelog\.md$/i.test(file));
  const drafted: Project = {
    name,
    repositories: { canonical: repository.path, security: repository.path, build: repository.path },
    defaultBranch: repository.defaultBranch,
    versioning: 'managed-semver',
    dependsOn: [],
    stableBranch: '',
    tags: proposeTags(repository.tags, { name, writesEdition: isWhole }),
    ...(versionFile === undefined ? {} : { versionFile }),
    pins: [],
    ...(changelog === undefined ? {} : { changelog }),
    packageName: name,
  };
  const lines = linesOf(drafted, repository.tags);
  const project = { ...drafted, stableBranch: proposeStableBranch(repository.branches, { name, lines }) };
  return { project, minors: maintained(project, lines, repository.branches), nextMonthly: lineAfter(lines) };
}

function allowedName(wanted: string): string {
  const allowed = wanted.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replaceAll(/^[^A-Za-z0-9]+|-+$/g, '');
  return allowed === '' ? 'product' : allowed;
}

function maintained(
  project: Project,
  lines: readonly string[],
  branches: readonly string[],
): readonly string[] {
  const existing = new Set(branches);
  return lines.filter((line) => existing.has(fill(project.stableBranch, firstOf(line)))).slice(-3);
}

function lineAfter(lines: readonly string[]): string {
  const [major, minor] = lines.at(-1)?.split('.').map(Number) ?? [];
  return major === undefined || minor === undefined ? '0.1' : `${major}.${minor + 1}`;
}

/** The lines that final tags of the project name, oldest first. */
function linesOf(project: Project, tags: readonly string[]): readonly string[] {
  const lines = tags.flatMap((tag) => {
    const version = versionOfTag(project, tag);
    return version === undefined ? [] : [lineOf(version)];
  });
  return [...new Set(lines)].toSorted((left, right) =>
    compareParts(left.split('.').map(Number), right.split('.').map(Number)),
  );
}
