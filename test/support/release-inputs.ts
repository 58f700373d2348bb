import type { InternalRequest } from '../../domain/internal/internal-request';
import { PROCESS_REVISION } from '../../domain/release/process-revision';
import type { ReleaseSettings } from '../../domain/release/release';
import { aProject } from './projects';

const GITALY = aProject({ name: 'gitaly' });
const GITLAB = aProject({
  name: 'gitlab',
  dependsOn: ['gitaly'],
  tags: [{ final: 'v{version}-ee', candidate: 'v{version}-rc{rc}-ee', versionText: '{full}-ee' }],
  stableBranch: '{major}-{minor}-stable-ee',
  pins: [{ project: 'gitaly', path: 'GITALY_SERVER_VERSION' }],
});
/** Two tags, no packages. */
const OMNIBUS = aProject({
  name: 'omnibus',
  versioning: 'managed-semver',
  dependsOn: ['gitaly', 'gitlab'],
  tags: [
    { final: '{version}+ce.0', candidate: '{version}+rc{rc}.ce.0', versionText: '{full}-ce' },
    { final: '{version}+ee.0', candidate: '{version}+rc{rc}.ee.0', versionText: '{full}-ee' },
  ],
  pins: [
    { project: 'gitaly', path: 'GITALY_SERVER_VERSION' },
    { project: 'gitlab', path: 'VERSION_RAILS' },
  ],
});
/** Counts its own versions and knows no candidates. */
const CHARTS = aProject({
  name: 'charts',
  versioning: 'own',
  dependsOn: ['omnibus'],
  tags: [{ final: 'v{version}', versionText: '{full}' }],
  pins: [{ project: 'gitlab', path: 'Chart.yaml', pattern: 'appVersion: (.+)' }],
});
const { packageName: _none, ...OMNIBUS_WITHOUT_PACKAGES } = OMNIBUS;

/** The rules of a small product of four projects, which ask nobody and wait for nothing. */
export function someSettings(told: Partial<ReleaseSettings> = {}): ReleaseSettings {
  return {
    product: 'gitlab',
    processRevision: PROCESS_REVISION,
    projects: [GITALY, GITLAB, OMNIBUS_WITHOUT_PACKAGES, CHARTS],
    candidate: { from: 'environment', environment: 'gprd' },
    maintenance: [{ from: '1970-01-01', previousMinors: 2 }],
    approvals: [],
    pipelineRetries: 2,
    pipelineTimeoutMs: 60 * 60_000,
    holdExpiryMs: 24 * 60 * 60_000,
    onHoldExpiry: 'resume',
    gatewayKeys: [],
    ...told,
  };
}

const HOUR_MS = 60 * 60_000;

/** S1, in both minors before the newest one, for two installations that have eight hours. */
export function anInternalRequest(told: Partial<InternalRequest> = {}): InternalRequest {
  const installations = ['north', 'south'].map((name) => ({ name, role: 'dedicated-operator' }));
  return {
    incident: 'production#2880',
    severity: 'S1',
    minors: ['18.5', '18.4'],
    fixes: ['embargo:k3v9x0q2ab'],
    impact: 'Tokens of tenants can be guessed.',
    engineeringManager: 'emma',
    installations,
    acknowledgeWithinMs: 8 * HOUR_MS,
    ...told,
  };
}

/** Rules of internal releases: four roles, one after the other, and reminders every hour. */
export function internalRules(): Pick<ReleaseSettings, 'approvals' | 'internal'> {
  const roles = ['engineering-manager', 'dedicated-manager', 'delivery-leadership', 'release-manager'];
  return {
    approvals: roles.map((role) => ({
      kinds: ['internal'],
      before: 'approved',
      roles: [role],
      count: 1,
      remindAfterMs: 4 * HOUR_MS,
    })),
    internal: {
      environments: ['gprd'],
      installations: anInternalRequest().installations,
      acknowledgeWithinMs: 8 * HOUR_MS,
      remindAfterMs: HOUR_MS,
      lookEveryMs: HOUR_MS / 12,
    },
  };
}
