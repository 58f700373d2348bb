import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../engine/search-attributes';
import { startGateway } from '../gateway/test-gateway';
import { startGitLab } from '../support/gitlab';
import { commandNames } from './probe-commands';
import { gatewayRoutes } from './probe-gateway';
import {
  COMMANDS,
  compared,
  GATEWAY,
  GITLAB,
  LOGGERS,
  NOT_THERE_YET,
  SHOWN_IN_THE_INDEX,
  TELLS_NOTHING_TO_ANYBODY,
  WORKFLOWS,
} from './surfaces';

const root = join(__dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .trim()
  .split('\n');

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** A surface that nobody has thought about is one that leaks: whoever adds one says here what becomes of it. */
describe('every public surface has its row', () => {
  it('what GitLab can be asked', async () => {
    const gitlab = await startGitLab();
    const routes = gitlab.routes.filter((route) => route.startsWith('GET '));
    await gitlab.end();

    expect(Object.keys(GITLAB).toSorted()).toEqual(
      routes.map((route) => route.slice('GET /api/v4'.length)).toSorted(),
    );
  });

  it('what the gateway can be asked, to read and to change', async () => {
    const gateway = await startGateway();
    const routes = gatewayRoutes({ gateway });
    const document = await gateway.ask({ url: '/api/openapi.json', token: null });
    await gateway.end();

    expect(Object.keys(GATEWAY).toSorted()).toEqual(routes.toSorted());
    const { paths } = document.json<{ paths: Record<string, object> }>();
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods))
        expect(routes).toContain(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
    expect(compared(GATEWAY)).toEqual(expect.arrayContaining(Object.keys(TELLS_NOTHING_TO_ANYBODY)));
  });

  it('what the command line can be asked', () => {
    expect(Object.keys(COMMANDS).toSorted()).toEqual(commandNames().toSorted());
  });

  it('what the engine runs, and what its index shows', () => {
    const index = read('workflows/index.ts');
    const types = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, name]) => String(name));

    expect(new Set(Object.keys(WORKFLOWS))).toEqual(new Set(types));
    expect(Object.keys(SHOWN_IN_THE_INDEX)).toEqual(SEARCH_ATTRIBUTES.map(({ name }) => name));
  });

  it('what is logged', () => {
    const code = files.filter((file) => /^(activities|gateway|workers|starters|records|engine)\//.test(file));
    const makers = code.filter((file) => /\bpino\(/.test(read(file)));

    expect(makers.toSorted()).toEqual(Object.keys(LOGGERS).toSorted());
  });

  it.each(Object.entries(NOT_THERE_YET))('and there are no %s yet', (_name, pattern) => {
    const served = files.filter((file) => /^(activities|gateway|workers|starters|dashboard)\//.test(file));
    const packages = Object.keys(JSON.parse(read('package.json')).dependencies);

    expect([...served, ...packages].filter((name) => pattern.test(name))).toEqual([]);
  });
});
