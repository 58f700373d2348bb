import { randomBytes } from 'node:crypto';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';
import { dataConverter } from '../../engine/data-converter';
import type { KeyRing } from '../../engine/key-ring';
import { createPayloadCodec } from '../../engine/payload-codec';

const SECRET = 'the path traversal in uploads';

function newKey(): string {
  return randomBytes(32).toString('base64');
}

function ringOf(...ids: readonly [string, ...string[]]): KeyRing {
  return { current: ids[0], keys: Object.fromEntries(ids.map((id) => [id, newKey()])) };
}

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

function wire(payloads: readonly Payload[]): string {
  return payloads
    .flatMap(({ data, metadata }) => [data, ...Object.values(metadata ?? {})])
    .map((bytes) => Buffer.from(bytes ?? []).toString('latin1'))
    .join();
}

describe('the payload codec', () => {
  it('gives back what it took', async () => {
    const codec = createPayloadCodec(ringOf('one'));
    const values = [{ fix: SECRET }, undefined, Buffer.from([0, 255]), ''];

    const decoded = await codec.decode(await codec.encode(values.map(payloadOf)));

    expect(decoded.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
      { fix: SECRET },
      undefined,
      new Uint8Array([0, 255]),
      '',
    ]);
  });

  it('sends no plain text, not even what kind of content it is', async () => {
    const encoded = await createPayloadCodec(ringOf('one')).encode([payloadOf({ fix: SECRET })]);

    const text = wire(encoded);

    expect(text).not.toContain('traversal');
    expect(text).not.toContain('json/plain');
    expect(text).toContain('binary/encrypted');
  });

  it('encrypts the same content differently every time', async () => {
    const codec = createPayloadCodec(ringOf('one'));

    const [first, second] = await codec.encode([payloadOf(SECRET), payloadOf(SECRET)]);

    expect(first?.data).not.toEqual(second?.data);
  });

  it('reads with an old key after the ring was rotated, and writes with the new one', async () => {
    const before = ringOf('old');
    const after: KeyRing = { current: 'new', keys: { ...before.keys, new: newKey() } };
    const encoded = await createPayloadCodec(before).encode([payloadOf(SECRET)]);

    const rotated = createPayloadCodec(after);
    const [old] = await rotated.decode(encoded);
    const again = await rotated.encode([payloadOf(SECRET)]);

    expect(defaultPayloadConverter.fromPayload(old ?? {})).toBe(SECRET);
    expect(Buffer.from(again[0]?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('new');
  });

  it('says which key is missing', async () => {
    const encoded = await createPayloadCodec(ringOf('lost')).encode([payloadOf(SECRET)]);

    const reading = createPayloadCodec(ringOf('kept', 'other')).decode(encoded);

    await expect(reading).rejects.toThrow(/payload key lost: the key ring holds kept, other/);
  });

  it('refuses a payload that was changed, or one of another key with the same id', async () => {
    const codec = createPayloadCodec(ringOf('one'));
    const [payload] = await codec.encode([payloadOf(SECRET)]);
    const data = Buffer.from(payload?.data ?? []);
    data[20] = (data[20] ?? 0) ^ 1;

    const changed = codec.decode([{ ...payload, data }]);
    const elsewhere = createPayloadCodec(ringOf('one')).decode([payload ?? {}]);
    const cut = codec.decode([{ ...payload, data: data.subarray(0, 5) }]);

    await expect(changed).rejects.toThrow(/does not decrypt/);
    await expect(elsewhere).rejects.toThrow(/does not decrypt/);
    await expect(cut).rejects.toThrow(/does not decrypt/);
  });

  it('lets through what was written without encryption', async () => {
    const plain = payloadOf(SECRET);

    const decoded = await createPayloadCodec(ringOf('one')).decode([plain]);

    expect(decoded).toEqual([plain]);
  });
});

describe('the data converter', () => {
  it('encrypts messages and stacks of failures', async () => {
    const { failureConverter, payloadConverter, payloadCodecs } = loadDataConverter(
      dataConverter(ringOf('one')),
    );
    const [codec] = payloadCodecs;

    const failure = failureConverter.errorToFailure(
      ApplicationFailure.nonRetryable(SECRET),
      payloadConverter,
    );
    const encoded = await codec?.encode([failure.encodedAttributes ?? {}]);

    expect(failure.message).not.toContain('traversal');
    expect(failure.stackTrace ?? '').not.toContain('traversal');
    expect(wire(encoded ?? [])).not.toContain('traversal');
    expect(failureConverter.failureToError(failure, payloadConverter).message).toBe(SECRET);
  });
});
