import { PassThrough } from 'node:stream';
import { createLogger } from '../../gateway/logger';

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
});
