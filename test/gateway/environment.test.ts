import { readEnvironment } from '../../gateway/environment';

const GIVEN = {
  SIGNALBOX_CONFIG: '/etc/signalbox.yaml',
  SIGNALBOX_SECRETS: '/secrets',
  DATABASE_URL: 'postgres://db/signalbox',
  SIGNALBOX_GATEWAY_PORT: '8080',
};

describe('the environment of the gateway', () => {
  it('is read with its defaults: nobody but this machine is listened to', () => {
    const read = readEnvironment(GIVEN);

    expect(read).toEqual({
      configPath: '/etc/signalbox.yaml',
      secretsFolder: '/secrets',
      databaseUrl: 'postgres://db/signalbox',
      port: 8080,
      listen: '127.0.0.1',
      url: 'http://127.0.0.1:8080',
      codecPeers: [],
    });
  });

  it.each(Object.keys(GIVEN))('names %s when it is missing', (name) => {
    expect(() => readEnvironment({ ...GIVEN, [name]: '' })).toThrow(`${name}: it is not set`);
  });

  it('refuses what is no port', () => {
    expect(() => readEnvironment({ ...GIVEN, SIGNALBOX_GATEWAY_PORT: '80800' })).toThrow(/80800 is no port/);
  });
});
