import type { GitLabAccess } from '../../config/gitlab-access';
import { createLogger } from '../../gateway/logger';
import { readGitLab } from '../../starters/gitlab-reader';
import { aSealedFix } from '../support/embargoes';
import { startGitLab, type TestGitLab } from '../support/gitlab';
import { startMaintenancePage } from '../support/maintenance-page';
import { startGateway } from './test-gateway';

const ASKED = [
  '/api/v1/exposure',
  '/api/v1/fixes',
  '/api/v1/fixes?all=true',
  '/api/v1/what-if?question=patch-first',
  '/api/v1/embargoes',
  '/api/v1/status?version=18.6',
  '/api/v1/doors',
];
const MANY = 1_000;

let gitlab: TestGitLab;

beforeAll(async () => {
  gitlab = await startGitLab({ seed: 1 });
}, 60_000);
afterAll(() => gitlab.end());

interface World {
  readonly hasFix: boolean;
  readonly access: GitLabAccess;
}

/** What whoever reads the log is told, but for times and how long they took. */
async function logged({ hasFix, access }: World): Promise<readonly object[]> {
  const lines: object[] = [];
  const logger = createLogger({ write: (line) => void lines.push(JSON.parse(line)) });
  const gateway = await startGateway({ logger, gitlab: () => readGitLab(access) });
  if (hasFix) await aSealedFix(gateway.records, ['default', '18.6', '18.5', '18.4']);
  for (const url of ASKED) await gateway.ask({ url });
  await gateway.end();
  return lines.map((line) => ({ ...line, time: 0, responseTime: 0, pid: 0 }));
}

it.each(['repository/commits', 'environments', 'deployments', 'repository/branches', '.'])(
  'tells of no fix under embargo in the log, whoever asks while GitLab refuses %s',
  async (refused) => {
    gitlab.arm({ match: refused, kind: 'status', status: 403, times: MANY });

    const without = await logged({ hasFix: false, access: gitlab });
    const withFix = await logged({ hasFix: true, access: gitlab });
    gitlab.instance.faults.clear();

    expect(withFix).toEqual(without);
  },
);

it('tells of no fix under embargo in the log, whoever asks while a page for people is answered for GitLab', async () => {
  const page = await startMaintenancePage();

  const without = await logged({ hasFix: false, access: page });
  const withFix = await logged({ hasFix: true, access: page });
  await page.end();

  expect(withFix).toEqual(without);
});
