import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';

export interface SecretAt {
  readonly folder: string;
  readonly name: 'people.json' | 'webhook-token' | 'webhook-signing' | 'decision-key';
}

/** Undefined where the file is missing or empty. @throws ExplainedError when it may not be read */
export function readSecret({ folder, name }: SecretAt): string | undefined {
  const file = join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch (cause) {
    throw new ExplainedError(
      { where: file, what: 'it cannot be read', remedy: 'Let the user of the gateway read it' },
      { cause },
    );
  }
}

/** @throws ExplainedError where it is missing */
export function demandSecret(at: SecretAt): string {
  const secret = readSecret(at);
  if (secret !== undefined) return secret;
  throw new ExplainedError({
    where: join(at.folder, at.name),
    what: 'it is missing',
    remedy: 'See what SIGNALBOX_SECRETS names; `signalbox up` makes the secrets of a laptop',
  });
}
