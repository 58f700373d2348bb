import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519';
import { ensureSecrets } from '../../services/secrets';

function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('secrets', () => {
  let folder: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'signalbox-secrets-')), 'secrets');
  });
  afterEach(() => {
    rmSync(dirname(folder), { recursive: true, force: true });
  });

  it('are made once', () => {
    ensureSecrets(folder);
    const first = contents(folder);

    ensureSecrets(folder);

    expect(contents(folder)).toEqual(first);
    expect(Object.keys(first).toSorted()).toEqual([
      'cli-token',
      'decision-key',
      'gitlab-token',
      'payload-keys.json',
      'people.json',
      'webhook-signing',
      'webhook-token',
    ]);
  });

  it('can be read by their owner alone', () => {
    ensureSecrets(folder);

    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);

    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('hold keys of the right size, and the digest of the command line token', () => {
    const files = ensureSecrets(folder);

    const ring = JSON.parse(readFileSync(files.payloadKeys, 'utf8'));
    const { people } = JSON.parse(readFileSync(files.people, 'utf8'));
    const token = readFileSync(files.cliToken, 'utf8').trim();
    const decisionKey = readFileSync(files.decisionKey, 'utf8').trim();

    expect(Buffer.from(ring.keys[ring.current], 'base64')).toHaveLength(32);
    expect(ed25519.getPublicKey(decisionKey)).toHaveLength(32);
    expect(people).toHaveLength(1);
    expect(people[0]).toMatchObject({
      roles: ['release-manager', 'security-engineer'],
      tokenSha256: createHash('sha256').update(token).digest('hex'),
    });
  });

  it('refuse to make a token that nobody would know', () => {
    const files = ensureSecrets(folder);
    rmSync(files.cliToken);

    expect(() => ensureSecrets(folder)).toThrow(/the token is missing/);
  });
});
