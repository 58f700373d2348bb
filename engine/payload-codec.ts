import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { ExplainedError } from '../domain/explained-error';
import type { KeyRing } from './key-ring';

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts with the current key of the ring, decrypts with any. What is not encrypted is passed through, so that
 * payloads of before can be read.
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  const keys = new Map(Object.entries(ring.keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]));
  return {
    encode: async (payloads) => payloads.map((payload) => encrypted(payload, keyOf(keys, ring.current))),
    decode: async (payloads) =>
      payloads.map((payload) => (isEncrypted(payload) ? decrypted(payload, keys) : payload)),
  };
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

function keyOf(keys: ReadonlyMap<string, Buffer>, id: string): Key {
  const bytes = keys.get(id);
  if (bytes !== undefined) return { id, bytes };
  throw new ExplainedError({
    where: `payload key ${id}`,
    what: `the key ring holds ${[...keys.keys()].join(', ') || 'no key'}, so this payload cannot be read`,
    remedy: 'Put that key back into payload-keys.json; a key is removed only once nothing uses it',
  });
}

function encrypted(payload: Payload, key: Key): Payload {
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(key.id) },
    data: Buffer.concat([nonce, text, cipher.getAuthTag()]),
  };
}

function isEncrypted(payload: Payload): boolean {
  return textOf(payload.metadata?.['encoding']) === ENCODING;
}

function decrypted(payload: Payload, keys: ReadonlyMap<string, Buffer>): Payload {
  const key = keyOf(keys, textOf(payload.metadata?.[KEY_ID]));
  const data = Buffer.from(payload.data ?? []);
  try {
    const decipher = createDecipheriv(CIPHER, key.bytes, data.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return temporal.api.common.v1.Payload.decode(plain);
  } catch (error) {
    throw unreadable(key.id, error);
  }
}

function unreadable(id: string, cause: unknown): ExplainedError {
  return new ExplainedError(
    {
      where: `payload encrypted with key ${id}`,
      what: 'it does not decrypt: the payload was changed, or the key of that id is another one',
      remedy: 'Compare payload-keys.json with that of the worker',
    },
    { cause },
  );
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}
