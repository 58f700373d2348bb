import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createPayloadCodec } from '../../engine/payload-codec';
import { trustedPeers } from '../../gateway/codec';
import { KEYS, startGateway, TOKENS, type TestGateway } from './test-gateway';

interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

function json({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? []).toString('base64') };
}

describe('the codec for the Temporal UI', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.end());

  function post(path: string, payload: object, more: object = {}) {
    return gateway.ask({ method: 'POST', url: `/codec/${path}`, token: null, payload, ...more });
  }

  it('decodes what the workers encrypt', async () => {
    const plain = defaultPayloadConverter.toPayload({ fix: 'secret' });
    const payloads = (await createPayloadCodec(KEYS).encode([plain])).map(json);

    const answer = await post('decode', { payloads });

    expect(answer.json()).toEqual({ payloads: [json(plain)] });
  });

  it('encodes, so that an operator can send input', async () => {
    const plain = json(defaultPayloadConverter.toPayload('secret'));

    const encoded = (await post('encode', { payloads: [plain] })).json();
    const decoded = (await post('decode', encoded)).json();

    expect(JSON.stringify(encoded)).not.toContain(plain.data);
    expect(decoded).toEqual({ payloads: [plain] });
  });

  it.each(['encode', 'decode'])('answers a %s of nothing with nothing', async (path) => {
    const answer = await post(path, {});

    expect(answer.json()).toEqual({ payloads: [] });
  });

  it('says which key it lacks', async () => {
    const other = { current: 'gone', keys: { gone: Buffer.alloc(32, 9).toString('base64') } };
    const payloads = (await createPayloadCodec(other).encode([{}])).map(json);

    const answer = await post('decode', { payloads });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.where).toBe('payload key gone');
  });

  it('lets the page of the Temporal UI on this machine read, and no page from elsewhere', async () => {
    const origin = 'http://127.0.0.1:8233';
    const preflight = await gateway.ask({
      method: 'OPTIONS',
      url: '/codec/decode',
      token: null,
      headers: { origin, 'access-control-request-method': 'POST' },
    });

    const here = await post('decode', {}, { headers: { origin } });
    const elsewhere = await post('decode', {}, { headers: { origin: 'https://evil.example' } });

    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('x-namespace');
    expect(here.headers['access-control-allow-origin']).toBe(origin);
    expect(elsewhere.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['from another machine', { remoteAddress: '10.1.2.3' }],
    ['through a proxy', { headers: { 'x-forwarded-for': '10.1.2.3' } }],
  ])('wants a token from who asks %s', async (_case, more) => {
    const without = await post('decode', {}, more);
    const withToken = await post('decode', {}, { ...more, token: TOKENS.engineer });

    expect(without.statusCode).toBe(401);
    expect(withToken.statusCode).toBe(200);
  });
});

describe('networks that need no token', () => {
  it('are the machine itself and those named', () => {
    const peers = trustedPeers(['172.16.0.0/12', 'fd00::/8', '10.0.0.7']);

    const trusted = ['127.0.0.1', '172.17.0.1', '10.0.0.7'].map((ip) => peers.check(ip));

    expect(trusted).toEqual([true, true, true]);
    expect(peers.check('10.0.0.8')).toBe(false);
    expect(peers.check('fd12::1', 'ipv6')).toBe(true);
  });

  it('are refused when they are none', () => {
    expect(() => trustedPeers(['everybody'])).toThrow(/SIGNALBOX_CODEC_PEERS: everybody is no network/);
  });
});
