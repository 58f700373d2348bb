import { resolve } from 'node:path';
import { mirrorSettings } from '../../config/mirror-settings';
import { readConfig } from '../../config/read';

const sandbox = readConfig({
  path: resolve(__dirname, '../../config/sandbox.yaml'),
  environment: { SIGNALBOX_GITLAB_URL: 'http://127.0.0.1' },
});

it('starts one mirror for each project, dependencies first', () => {
  const settings = mirrorSettings(sandbox, { gatewayKeys: ['key'] });

  expect(settings.map(({ project, line }) => [project.name, line])).toEqual([
    ['gitaly', 'product'],
    ['gitlab', 'product'],
    ['omnibus-gitlab', 'product'],
    ['cng', 'product'],
    ['charts', 'charts'],
  ]);
  expect(settings[0]).toMatchObject({ lookEveryMs: 30_000, gatewayKeys: ['key'] });
});

it('counts the numbers of a product of one project on the product', () => {
  const charts = sandbox.projects
    .filter(({ name }) => name === 'charts')
    .map((one) => ({ ...one, dependsOn: [] }));

  expect(mirrorSettings({ ...sandbox, projects: charts }, { gatewayKeys: [] })).toMatchObject([
    { project: { name: 'charts' }, line: 'product' },
  ]);
});
