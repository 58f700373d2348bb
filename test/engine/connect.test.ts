import { connectEngine, engineSite } from '../../engine/connect';

const KEYS = { current: 'a', keys: { a: Buffer.alloc(32).toString('base64') } };

describe('the connection to Temporal', () => {
  const environment = { ...process.env };

  afterEach(() => {
    process.env = { ...environment };
  });

  it('takes address and namespace from the environment that every Temporal tool reads', () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    process.env['TEMPORAL_NAMESPACE'] = 'releases';

    const site = engineSite();

    expect(site).toMatchObject({ address: 'temporal.example:7233', namespace: 'releases' });
    expect(site.connectionOptions.address).toBe('temporal.example:7233');
  });

  it('turns TLS on for an API key', () => {
    process.env['TEMPORAL_API_KEY'] = 'key';

    const { connectionOptions } = engineSite();

    expect(connectionOptions).toMatchObject({ apiKey: 'key' });
    expect(connectionOptions.tls).toBeTruthy();
  });

  it('prefers an address that it is given', () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';

    expect(engineSite({ address: '127.0.0.1:1' }).address).toBe('127.0.0.1:1');
  });

  it('says where nobody answers, and what to do', async () => {
    const connecting = connectEngine({ keys: KEYS, address: '127.0.0.1:1' });

    await expect(connecting).rejects.toThrow(
      /Temporal at 127\.0\.0\.1:1: it does not answer.*TEMPORAL_ADDRESS/,
    );
  });

  it('names a profile that is not there', () => {
    process.env['TEMPORAL_PROFILE'] = 'nowhere';

    expect(() => engineSite()).toThrow(/the configuration of Temporal.*nowhere/);
  });
});
