import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { withFile, withLines } from './written';

function settingsOf(lines: Readonly<Record<number, string>>, kind?: 'monthly' | 'patch') {
  const configuration = withFile(withLines(lines), (path) => readConfig({ path, environment: {} }));
  return releaseSettings(configuration, {
    gatewayKeys: ['ab'.repeat(32)],
    ...(kind === undefined ? {} : { kind }),
  });
}

it('carries the rules that a release is started with', () => {
  const settings = settingsOf({
    24: '  lead: Approves.\npipelines: { retries: 1, timeout: PT45M }\nholds: { expiry: 90s }',
  });

  expect(settings).toMatchObject({
    product: 'shop',
    candidate: { from: 'default-branch' },
    approvals: [
      { kinds: ['monthly'], before: 'published', roles: ['lead'], count: 1, remindAfterMs: 14_400_000 },
    ],
    pipelineRetries: 1,
    pipelineTimeoutMs: 2_700_000,
    holdExpiryMs: 90_000,
    onHoldExpiry: 'remind',
    gatewayKeys: ['ab'.repeat(32)],
  });
});

it('puts dependencies first, whatever the order of the file', () => {
  const settings = settingsOf({
    5: '    versioning: managed-sha\n    dependsOn: [web]',
    14: '',
    18: '',
    19: '',
    20: '',
    21: '',
  });

  expect(settings.projects.map(({ name }) => name)).toEqual(['web', 'core']);
});

it('takes the limits of a kind of release where it has its own', () => {
  const lines = {
    24: '  lead: Approves.\npipelines: { retries: 1, timeout: 1h, byKind: { patch: { retries: 4 } } }',
  };

  expect(settingsOf(lines, 'patch')).toMatchObject({ pipelineRetries: 4, pipelineTimeoutMs: 3_600_000 });
  expect(settingsOf(lines, 'monthly')).toMatchObject({ pipelineRetries: 1, pipelineTimeoutMs: 3_600_000 });
  expect(settingsOf(lines)).toMatchObject({ pipelineRetries: 1 });
});

it('can be kept as JSON without a loss', () => {
  const settings = settingsOf({});

  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
});

it('asks about the managed systems that are named, and about none by default', () => {
  const environments = 'environments: [{ name: gprd, tier: production }]';
  const named = `  lead: Approves.\ndisclosure: { managedSystems: [gprd] }\n${environments}`;

  expect(settingsOf({ 24: named }).managedSystems).toEqual(['gprd']);
  expect(settingsOf({}).managedSystems).toBeUndefined();
});

it('carries exceptions with their ends in one zone; one that has ended keeps no engine from starting', () => {
  const systems = 'environments: [{ name: gprd, tier: production }]\ndisclosure:\n  managedSystems: [gprd]';
  const exception = { system: 'gprd', approvedBy: 'lena', reason: 'Its disks are full.' };
  const entry = JSON.stringify({ ...exception, until: '2026-11-01T02:00:00+02:00' });
  const settings = settingsOf({ 24: `  lead: Approves.\n${systems}\n  exceptions: [${entry}]` });

  expect(settings.systemExceptions).toEqual([{ ...exception, until: '2026-11-01T00:00:00.000Z' }]);
  expect(settingsOf({ 24: `  lead: Approves.\n${systems}` }).systemExceptions).toBeUndefined();
});
