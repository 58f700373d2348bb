import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, startGateway, TOKENS, type TestGateway } from './test-gateway';

const START = { kind: 'patch', minors: ['18.6'] };

describe('access to the gateway', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.end());

  it.each([
    ['no token', null],
    ['a token of nobody', 'somebody-else'],
  ])('is refused with %s, in the form of every error', async (_case, token) => {
    const answer = await gateway.ask({ url: '/api/v1/releases', token });

    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toEqual({
      error: {
        where: 'the header Authorization',
        what: expect.stringContaining('no token of a person'),
        remedy: expect.stringContaining('Authorization: Bearer'),
      },
    });
  });

  it('is given to whom people.json names now, not only to whom it named at the start', async () => {
    const file = join(gateway.secretsFolder, 'people.json');
    const { people } = JSON.parse(readFileSync(file, 'utf8'));
    const newcomer = { id: 'nia', name: 'Nia', roles: [], tokenSha256: sha256('token-of-nia') };
    const before = await gateway.ask({ url: '/api/v1/releases', token: 'token-of-nia' });
    writeFileSync(file, JSON.stringify({ people: [...people, newcomer] }));

    const after = await gateway.ask({ url: '/api/v1/releases', token: 'token-of-nia' });

    expect([before.statusCode, after.statusCode]).toEqual([401, 200]);
  });

  it('lets an engineer read, and start nothing', async () => {
    const reading = await gateway.ask({ url: '/api/v1/releases', token: TOKENS.engineer });
    const starting = await gateway.ask({
      method: 'POST',
      url: '/api/v1/releases',
      token: TOKENS.engineer,
      headers: { 'idempotency-key': 'k' },
      payload: START,
    });

    expect(reading.json()).toEqual([]);
    expect(starting.statusCode).toBe(403);
    expect(starting.json().error).toEqual({
      where: 'erik, engineer',
      what: 'only a release-manager may do this',
      remedy: expect.stringContaining('Ask a release-manager'),
    });
  });

  it('answers an unknown route in the same form', async () => {
    const answer = await gateway.ask({ url: '/api/v2/nothing?token=secret' });

    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toMatchObject({
      where: 'GET /api/v2/nothing',
      what: 'there is nothing here',
    });
  });

  it('answers a body that is no JSON in the same form', async () => {
    const answer = await gateway.ask({
      method: 'POST',
      url: '/api/v1/releases',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      payload: '{"kind":',
    });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.where).toBe('POST /api/v1/releases');
  });

  it('is healthy when it serves, and says of whom it knows nothing', async () => {
    const answer = await gateway.ask({ url: '/health', token: null });

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      ready: true,
      dependencies: {
        postgres: { condition: 'answers' },
        temporal: { condition: 'unknown', since: expect.any(String) },
      },
    });
  });
});
