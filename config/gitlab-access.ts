import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import type { Configuration } from './schema';

/** Where GitLab is, and how to be let in. */
export interface GitLabAccess {
  readonly url: string;
  readonly token: string;
}

/** The token stands in the file that the configuration names, or else among the secrets. @throws ExplainedError */
export function gitlabAccess(
  { outside: { gitlab } }: Pick<Configuration, 'outside'>,
  secretsFolder: string,
): GitLabAccess {
  const file = gitlab.tokenFile ?? join(secretsFolder, 'gitlab-token');
  return { url: gitlab.url, token: readToken(file) };
}

function readToken(file: string): string {
  const remedy =
    'Write a token with the scope `api` into it, or see `outside.gitlab.tokenFile` in signalbox.yaml';
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ExplainedError({ where: file, what: 'the token of GitLab cannot be read', remedy }, { cause });
  }
  if (token === '') throw new ExplainedError({ where: file, what: 'the token of GitLab is missing', remedy });
  return token;
}
