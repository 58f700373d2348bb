import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519';
import { ExplainedError } from '../domain/explained-error';

/** Paths of the files that hold them. */
export interface SecretFiles {
  readonly folder: string;
  readonly gitlabToken: string;
  readonly webhookToken: string;
  readonly webhookSigning: string;
  /** `{"current": id, "keys": {id: base64 of 32 bytes}}` */
  readonly payloadKeys: string;
  /** Ed25519 private key, hex. */
  readonly decisionKey: string;
  /** Proves to the gateway that it is the local person who asks. */
  readonly cliToken: string;
  /** `{"people": [{id, name, roles, tokenSha256}]}` */
  readonly people: string;
  readonly postgresPassword: string;
}

/** Makes what is missing, once, readable by the owner alone; what is there stays as it is. */
export function ensureSecrets(folder: string): SecretFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = secretFiles(folder);
  refuseLoneToken(files);
  makeOnce(files.gitlabToken, () => randomToken());
  makeOnce(files.webhookToken, () => randomToken());
  makeOnce(files.webhookSigning, () => randomToken());
  makeOnce(files.payloadKeys, newKeyRing);
  makeOnce(files.decisionKey, () => Buffer.from(ed25519.utils.randomPrivateKey()).toString('hex'));
  makeOnce(files.cliToken, () => randomToken());
  makeOnce(files.people, () => localPerson(readFileSync(files.cliToken, 'utf8').trim()));
  return files;
}

export function secretFiles(folder: string): SecretFiles {
  return {
    folder,
    gitlabToken: join(folder, 'gitlab-token'),
    webhookToken: join(folder, 'webhook-token'),
    webhookSigning: join(folder, 'webhook-signing'),
    payloadKeys: join(folder, 'payload-keys.json'),
    decisionKey: join(folder, 'decision-key'),
    cliToken: join(folder, 'cli-token'),
    people: join(folder, 'people.json'),
    postgresPassword: join(folder, 'postgres-password'),
  };
}

/** A new token would be nobody's: the people's file knows the digest of the old one. */
function refuseLoneToken({ cliToken, people }: SecretFiles): void {
  if (existsSync(cliToken) || !existsSync(people)) return;
  throw new ExplainedError({
    where: cliToken,
    what: `the token is missing whose digest is in ${people}`,
    remedy: 'Put the file back, or remove the other one too, and both are made anew',
  });
}

/** The link fails if there is one already, so that of two callers at once the first wins, and never with half a file. */
function makeOnce(file: string, make: () => string): void {
  if (existsSync(file)) return;
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${make()}\n`, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function randomToken(): string {
  return randomBytes(24).toString('base64url');
}

function newKeyRing(): string {
  const id = randomBytes(4).toString('hex');
  return JSON.stringify({ current: id, keys: { [id]: randomBytes(32).toString('base64') } }, undefined, 2);
}

/** Alone on a laptop, one person is everybody. */
function localPerson(token: string): string {
  const id = localUser();
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  return JSON.stringify(
    { people: [{ id, name: id, roles: ['release-manager', 'security-engineer'], tokenSha256 }] },
    undefined,
    2,
  );
}

function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return 'local';
  }
}
