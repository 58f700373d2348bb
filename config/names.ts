import { z } from 'zod';

/** A name that people type and that occurs in workflow ids: `omnibus-gitlab`, `CNG`. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a name of letters, digits, dots, dashes and underscores');

/** An environment may be named with a slash: `db/gprd`. */
export const environmentName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]*$/, 'a name of letters, digits, dots, dashes, slashes and underscores');

/** Path of a repository below the address of the GitLab: `gitlab-org/build/CNG`. */
export const repositoryPath = z
  .string()
  .regex(/^[\w.-]+(?:\/[\w.-]+)+$/, 'a path such as group/project, without address and without .git');

/** Path of a file in a repository: `ci_files/variables.yml`. */
export const filePath = z
  .string()
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/, 'a path inside the repository, such as lib/version.rb');

export const sentence = z.string().min(1);
