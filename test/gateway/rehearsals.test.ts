import type { Rehearsal } from '../../domain/release/rehearsal';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

const RELEASE = 'patch:7';
const DIGESTS = { first: 'a'.repeat(64), second: 'b'.repeat(64) } as const;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  const startedBy = { id: 'maria', roles: ['release-manager'] };
  const settings = gateway.deps.settingsOf('patch');
  const row = { id: RELEASE, kind: 'patch', title: 'Patch release', requestKey: 'one' } as const;
  await gateway.records.releases.open({ ...row, settings, startedBy });
});
afterAll(() => gateway.end());

async function rehearse(digest: string): Promise<void> {
  const page: Rehearsal = { versions: [digest], pushes: [], packages: [], texts: [] };
  await gateway.records.rehearsals.keep({ release: RELEASE, digest, page });
}

async function sign(by: string, { digest, accepted = true }: { digest: string; accepted?: boolean }) {
  await gateway.records.decisions.record({
    id: `${by}/${digest}/${accepted}`,
    release: RELEASE,
    by: { id: by, roles: ['release-manager'] },
    decision: 'sign',
    reason: 'Looked at every line.',
    digest,
    accepted,
    sentence: 'Signed.',
  });
}

async function signers(): Promise<readonly string[]> {
  const answer = await gateway.ask({ url: `/api/v1/releases/${RELEASE}/rehearsal` });
  return answer.json().signatures.map(({ by }: { by: { id: string } }) => by.id);
}

it('shows who has signed what was rehearsed last, and nobody who has signed something else', async () => {
  await rehearse(DIGESTS.first);
  await sign('maria', { digest: DIGESTS.first });
  expect(await signers()).toEqual(['maria']);

  await rehearse(DIGESTS.second);
  // Sent before what was signed had moved, answered after.
  await sign('ada', { digest: DIGESTS.first });
  await sign('nora', { digest: DIGESTS.second, accepted: false });
  expect(await signers()).toEqual([]);

  await sign('sam', { digest: DIGESTS.second });
  expect(await signers()).toEqual(['sam']);
});

it('shows those again who have signed what is found to be so again', async () => {
  await rehearse(DIGESTS.first);

  expect(await signers()).toEqual(['maria', 'ada']);
});

it('takes no key of one signature for another', async () => {
  const payload = { kind: 'sign', reason: 'Looked at every line.', digest: DIGESTS.second };
  const headers = { 'idempotency-key': `maria/${DIGESTS.first}/true` };
  const url = `/api/v1/releases/${RELEASE}/decisions`;

  const answer = await gateway.ask({ method: 'POST', url, headers, payload });

  expect(answer.statusCode).toBe(409);
  expect(answer.json().error.what).toContain('it was used for the decision sign about patch:7');
});

it('can be signed by nobody who may not see it, whatever a release was started with', async () => {
  const { releases } = gateway.records;
  const settings = { ...gateway.deps.settingsOf('patch'), rehearsal: { roles: ['engineer'] } };
  const row = { id: 'patch:8', kind: 'patch', title: 'Patch release', requestKey: 'two' } as const;
  await releases.open({ ...row, settings, startedBy: { id: 'maria', roles: [] } });
  const payload = { kind: 'sign', reason: 'Looked at it.', digest: DIGESTS.first };
  const url = '/api/v1/releases/patch:8/decisions';

  const answer = await gateway.ask({ method: 'POST', url, payload, token: TOKENS.engineer });

  expect(answer.statusCode).toBe(403);
});
