import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import type { KeyRing } from './key-ring';

const FILE = 'payload-keys.json';
const KEY_BYTES = 32;

/** The key ring in the folder of secrets. @throws ExplainedError when it is missing or no key ring */
export function readPayloadKeys(secretsFolder: string): KeyRing {
  const file = join(secretsFolder, FILE);
  const ring = ringOf(parsed(file));
  if (typeof ring !== 'string') return ring;
  throw new ExplainedError({
    where: file,
    what: ring,
    remedy: 'It has to be {"current": id, "keys": {id: base64 of 32 bytes}}',
  });
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    // What JSON.parse says quotes the text, and that holds keys.
    const what = cause instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read';
    const remedy =
      'Put the file of the other processes there; without its keys nothing under way can be read';
    throw new ExplainedError({ where: file, what, remedy });
  }
}

/** The ring, or what is wrong with it. */
function ringOf(value: unknown): KeyRing | string {
  if (!isRecord(value) || !isRecord(value['keys'])) return 'it holds no `keys`';
  const keys: Record<string, string> = {};
  for (const [id, key] of Object.entries(value['keys'])) {
    if (typeof key !== 'string' || Buffer.from(key, 'base64').length !== KEY_BYTES)
      return `key ${id} is not the base64 of ${KEY_BYTES} bytes`;
    keys[id] = key;
  }
  const { current } = value;
  if (typeof current !== 'string' || !Object.hasOwn(keys, current)) return '`current` names none of its keys';
  return { current, keys };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
