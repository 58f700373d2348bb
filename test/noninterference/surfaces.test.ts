import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../engine/search-attributes';
import { startGateway } from '../gateway/test-gateway';
import { startGitLab } from '../support/gitlab';
import { FORGIVEN, GATEWAY, GITLAB, SHOWN_IN_THE_INDEX, WORKFLOWS } from './surfaces';

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

  it('what the gateway can be asked', async () => {
    const gateway = await startGateway();
    const document = await gateway.ask({ url: '/api/openapi.json', token: null });
    await gateway.end();
    const { paths } = document.json<{ paths: Record<string, object> }>();

    const read = Object.keys(paths).filter((path) => 'get' in (paths[path] ?? {}));
    expect(Object.keys(GATEWAY).toSorted()).toEqual(read.toSorted());
  });

  it('what the engine runs, and what its index shows', () => {
    const index = readFileSync(join(__dirname, '../../workflows/index.ts'), 'utf8');
    const types = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, name]) => String(name));

    expect(new Set(Object.keys(WORKFLOWS))).toEqual(new Set(types));
    expect(Object.keys(SHOWN_IN_THE_INDEX)).toEqual(SEARCH_ATTRIBUTES.map(({ name }) => name));
  });

  it('and nothing that names an object or a fix is forgiven', () => {
    const secrets = ['a'.repeat(40), 'embargo:zq7xk2v9wj', 'topic/zq7xk2v9wj/18.6', '18.6.3', '42'];

    for (const { of } of FORGIVEN)
      for (const secret of secrets) expect(secret.replaceAll(of, '')).toBe(secret);
  });
});
