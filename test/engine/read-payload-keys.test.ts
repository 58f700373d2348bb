import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPayloadKeys } from '../../engine/read-payload-keys';
import { ensureSecrets } from '../../services/secrets';

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('the file of payload keys', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read as the house makes it', () => {
    ensureSecrets(folder);

    const ring = readPayloadKeys(folder);

    expect(Buffer.from(ring.keys[ring.current] ?? '', 'base64')).toHaveLength(32);
  });

  it.each([
    ['{"current": "a"', /it is no JSON/],
    ['[]', /it holds no `keys`/],
    [`{"current": "b", "keys": {"a": "${KEY}"}}`, /`current` names none of its keys/],
    ['{"current": "a", "keys": {"a": "c2hvcnQ="}}', /key a is not the base64 of 32 bytes/],
  ])('is refused when it holds %s', (content, problem) => {
    writeFileSync(join(folder, 'payload-keys.json'), content);

    expect(() => readPayloadKeys(folder)).toThrow(problem);
  });

  it('is named when it is missing', () => {
    expect(() => readPayloadKeys(folder)).toThrow(/payload-keys\.json: it cannot be read/);
  });

  it('is not quoted in an error', () => {
    writeFileSync(join(folder, 'payload-keys.json'), `{"keys": {"a": "${KEY}" oops`);

    expect(() => readPayloadKeys(folder)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(KEY.slice(0, 8)) }),
    );
  });
});
