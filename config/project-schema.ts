import { z } from 'zod';
import { filePath, name, repositoryPath } from './names';

const repositories = z
  .strictObject({
    canonical: repositoryPath.describe('The public repository, read by everybody: `gitlab-org/gitaly`.'),
    security: repositoryPath
      .exactOptional()
      .describe(
        'Where fixes under embargo are merged, and where stable branches are true. Default: `canonical`.',
      ),
    build: repositoryPath
      .exactOptional()
      .describe('Where the pipelines of tags build packages. Default: `canonical`.'),
  })
  .transform(({ canonical, security, build }) => ({
    canonical,
    security: security ?? canonical,
    build: build ?? canonical,
  }));

const tagRule = z.strictObject({
  final: z
    .string()
    .describe(
      'Name of a final tag: `v{version}-ee`. Holds `{version}`, or `{major}`, `{minor}` and perhaps `{patch}`.',
    ),
  candidate: z
    .string()
    .exactOptional()
    .describe('Name of a candidate tag: `v{version}-rc{rc}-ee`. Absent where candidates are not tagged.'),
  versionText: z
    .string()
    .default('{full}')
    .describe(
      'Text written to the version file for this tag; `{full}` is 18.7.0 or 18.7.0-rc42. Unused without a version file.',
    ),
});

const pattern = z
  .string()
  .exactOptional()
  .describe(
    'Regular expression, `^` and `$` matching at lines, whose one group is the version and which matches once. Absent: the version is the whole file.',
  );

const versionFile = z.strictObject({
  path: filePath.describe('Path of the file in the repository.'),
  pattern,
});

const pin = z.strictObject({
  project: name.describe('The project whose version stands there. It must be one of `dependsOn`.'),
  path: filePath.describe('Path of the file in the repository.'),
  pattern,
  text: z
    .string()
    .exactOptional()
    .describe(
      'Text written for a version. Default: `{version}`. A candidate names the commit of a `managed-sha` project instead.',
    ),
});

/** One entry of `projects`. What it gives is a `Project` of domain/project.ts. */
export const project = z.strictObject({
  name: name.describe('Its name in releases, messages and pages. No two projects share one.'),
  repositories: repositories.describe('Paths of its repositories below the address of the GitLab.'),
  defaultBranch: z.string().min(1).default('main').describe('The branch that changes are merged to.'),
  versioning: z
    .enum(['managed-sha', 'managed-semver', 'own'])
    .describe(
      "`managed-sha`: has the product's version, and candidates pin its commit. `managed-semver`: has the product's version, and is always pinned by version. `own`: has a SemVer line of its own and no candidates.",
    ),
  dependsOn: z.array(name).default([]).describe('The projects that must be tagged before this one.'),
  stableBranch: z
    .string()
    .describe(
      'Name of a stable branch, with `{major}` and `{minor}` of its own line: `{major}-{minor}-stable`.',
    ),
  tags: z
    .array(tagRule)
    .min(1)
    .describe('The tags of a version in the order they are made; each is a commit of its own.'),
  versionFile: versionFile.exactOptional().describe('Where the project keeps its own version.'),
  pins: z.array(pin).default([]).describe('Where the project names the versions of others.'),
  changelog: filePath
    .exactOptional()
    .describe('File that gets an entry on top for each final version: `CHANGELOG.md`.'),
  packageName: name
    .exactOptional()
    .describe('Name of the generic package made of the tagged tree. Absent: no package is made.'),
});
