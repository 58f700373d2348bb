import { readFileSync } from 'node:fs';
import { ExplainedError } from '../domain/explained-error';
import { demandSecret } from './secrets';

/** From the file that the configuration names, or from the secrets. @throws ExplainedError */
export function readGitLabToken(tokenFile: string | undefined, secretsFolder: string): string {
  if (tokenFile === undefined) return demandSecret({ folder: secretsFolder, name: 'gitlab-token' });
  try {
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (cause) {
    throw new ExplainedError(
      {
        where: tokenFile,
        what: 'the token of GitLab cannot be read',
        remedy:
          'Write a token with the scope `api` into it, or see `outside.gitlab.tokenFile` in signalbox.yaml',
      },
      { cause },
    );
  }
}
