import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureServices, resetServices, stopServices, type House } from '../../services/house';
import { serviceLogs } from '../../services/house-site';
import { startTicks } from '../../services/run-file';
import { until } from '../support/until';
import { refusalOf } from './daemon-script';

/** Says what it was given, then serves /health on the port that is its own. */
const ENTRY_POINT = `
const { createServer } = require('node:http');
const { basename, dirname } = require('node:path');
const name = basename(dirname(__filename)).replace('workers', 'worker').toUpperCase();
const given = Object.keys(process.env).filter((key) => /^SIGNALBOX_|^DATABASE_URL|^TEMPORAL_/.test(key));
createServer((_, response) => response.end(given.sort().join(' ')))
  .listen(Number(process.env['SIGNALBOX_' + name + '_PORT']), '127.0.0.1');
`;
const UNSET = [
  'TEMPORAL_ADDRESS',
  'DATABASE_URL',
  'SIGNALBOX_GITLAB_URL',
  'SIGNALBOX_SECRETS',
  'SIGNALBOX_GATEWAY_PORT',
];

describe('the house', () => {
  let folder: string;
  let home: string;
  const before = { ...process.env };
  const ensure = (): Promise<House> =>
    ensureServices({
      home,
      configPath: join(folder, 'signalbox.yaml'),
      onProgress: () => undefined,
      build: join(folder, 'dist'),
    });

  beforeAll(() => {
    for (const name of UNSET) process.env[name] = '';
    folder = mkdtempSync(join(tmpdir(), 'signalbox-house-'));
    home = join(folder, 'home');
    writeFileSync(join(folder, 'signalbox.yaml'), 'pace: quick\n');
    for (const name of ['sandbox', 'workers', 'gateway']) {
      mkdirSync(join(folder, 'dist', name), { recursive: true });
      writeFileSync(join(folder, 'dist', name, 'main.js'), ENTRY_POINT);
    }
  });
  afterAll(async () => {
    await resetServices(home);
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts every server, tells ours where the others are, and notes their process ids', async () => {
    const house = await ensure();

    const given = await (await fetch(`${house.gatewayUrl}/health`)).text();
    const noted = readdirSync(join(home, 'run')).toSorted();
    expect(house.started.toSorted()).toEqual(['gateway', 'postgres', 'sandbox', 'temporal', 'worker']);
    expect(noted).toEqual(['gateway', 'postgres', 'sandbox', 'temporal', 'worker'].map((n) => `${n}.json`));
    expect(given.split(' ')).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'SIGNALBOX_CONFIG', 'SIGNALBOX_SECRETS', 'TEMPORAL_ADDRESS']),
    );
    expect(existsSync(serviceLogs(home).temporal)).toBe(true);
  });

  it('leaves all as it is when asked again, also by two at once', async () => {
    const houses = await Promise.all([ensure(), ensure()]);

    expect(houses.map(({ started }) => started)).toEqual([[], []]);
  });

  it.each(['worker', 'temporal', 'postgres', 'sandbox', 'gateway'] as const)(
    'starts the %s alone when that one was killed, at the same address',
    async (name) => {
      const first = await ensure();
      const { pid } = JSON.parse(readFileSync(join(home, 'run', `${name}.json`), 'utf8'));
      process.kill(pid, 'SIGKILL');
      await until('its end', () => startTicks(pid) === undefined);

      const second = await ensure();

      expect(second).toEqual({ ...first, started: [name] });
    },
  );

  it('starts ours anew when the configuration has changed', async () => {
    writeFileSync(join(folder, 'signalbox.yaml'), 'pace: slow\n');

    const house = await ensure();

    expect(house.started.toSorted()).toEqual(['gateway', 'sandbox', 'worker']);
  });

  it('demands a token for a GitLab that is not its own', async () => {
    process.env['SIGNALBOX_GITLAB_URL'] = 'https://gitlab.example';
    process.env['SIGNALBOX_SECRETS'] = join(folder, 'none');

    const refusal = await refusalOf(ensure());
    process.env['SIGNALBOX_GITLAB_URL'] = '';
    process.env['SIGNALBOX_SECRETS'] = '';

    expect(String(refusal)).toContain('gitlab-token: SIGNALBOX_GITLAB_URL names https://gitlab.example');
  });

  it('does not move into a folder of somebody else, nor erase it', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'years of work');

    const moved = await refusalOf(
      ensureServices({
        home: foreign,
        configPath: '',
        onProgress: () => undefined,
        build: join(folder, 'dist'),
      }),
    );
    const erased = await refusalOf(resetServices(foreign));

    expect(String(moved)).toContain('holds other things (thesis.txt)');
    expect(String(erased)).toContain('it is not erased');
    expect(readdirSync(foreign)).toEqual(['thesis.txt']);
  });

  it('stops everything, and keeps its data', async () => {
    await ensure();

    await stopServices(home);

    expect(readdirSync(join(home, 'run'))).toEqual([]);
    expect(existsSync(join(home, 'temporal', 'temporal.db'))).toBe(true);
  });

  it('stops and erases everything on reset', async () => {
    await ensure();
    const { pid } = JSON.parse(readFileSync(join(home, 'run', 'temporal.json'), 'utf8'));

    await resetServices(home);
    await resetServices(home);

    expect(startTicks(pid)).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });
});
