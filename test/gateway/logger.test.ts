import { PassThrough } from 'node:stream';
import { createLogger } from '../../gateway/logger';
import { startGateway, TOKENS } from './test-gateway';

describe('the log of the gateway', () => {
  it('holds no secret, wherever it stands', () => {
    const stream = new PassThrough();
    const secret = 'do-not-tell';

    createLogger(stream).info(
      {
        token: secret,
        decision: { proof: secret },
        headers: { 'x-gitlab-token': secret },
        req: { headers: { authorization: secret } },
        release: 'patch:7',
      },
      'Something happened',
    );

    const line = String(stream.read());
    expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({
      service: 'gateway',
      release: 'patch:7',
      decision: { proof: '[redacted]' },
    });
  });

  it('names no embargo, whoever asks for it and whatever is answered', async () => {
    const lines: string[] = [];
    const logger = createLogger({ write: (line) => void lines.push(line) });
    const gateway = await startGateway({ logger });
    const headers = { 'idempotency-key': 'one' };
    const change = {
      method: 'POST',
      headers,
      payload: { kind: 'pull', move: 'seal', reason: 'May I?' },
    } as const;

    await gateway.ask({ url: '/api/v1/releases' });
    for (const token of Object.values(TOKENS)) {
      await gateway.ask({ url: '/api/v1/embargoes/embargo:k3v9x0q2ab', token });
      for (const act of [
        'embargoes/embargo:k3v9x0q2ab/moves',
        'embargoes/embargo:k3v9x0q2ab/leak',
        'fixes/embargo:k3v9x0q2ab/decisions',
      ])
        await gateway.ask({ ...change, url: `/api/v1/${act}`, token });
    }
    await gateway.end();

    expect(lines.filter((line) => line.includes('/api/v1/releases'))).toHaveLength(1);
    expect(lines.join('')).not.toContain('k3v9x0q2ab');
    expect(lines).toHaveLength(2);
  });

  it('names no internal release, whoever asks for it', async () => {
    const lines: string[] = [];
    const gateway = await startGateway({ logger: createLogger({ write: (line) => void lines.push(line) }) });

    await gateway.ask({ url: '/api/v1/releases/patch:7' });
    for (const token of Object.values(TOKENS)) {
      for (const id of ['internal:k3v9x0q2ab', 'internal%3Ak3v9x0q2ab'])
        await gateway.ask({ url: `/api/v1/releases/${id}`, token });
      for (const number of [
        '18.5.3-internal0',
        '18.5.3%2Dinternal0',
        '18.5.3-%69nternal0',
        '18.5.3-internal0%',
      ])
        await gateway.ask({ url: `/api/v1/versions/${number}`, token });
      for (const query of ['kind=internal&minors=18', 'minors=18&kind=%69nternal'])
        await gateway.ask({ url: `/api/v1/plan?${query}`, token });
      await gateway.ask({ method: 'POST', url: '/api/v1/internal-releases', payload: {}, token });
    }
    await gateway.end();

    expect(lines.filter((line) => line.includes('/api/v1/releases/patch:7'))).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });
});
