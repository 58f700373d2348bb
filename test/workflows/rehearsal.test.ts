import { refusalOf, ROSA, SAM } from '../support/decisions';
import { expectWholeRecord, linesOf } from '../support/record-of';
import type { Overrides } from '../support/scripted-effects';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const SIGNED = { rehearsal: { roles: ['security-engineer', 'release-manager'] } };

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

function rehearsedLine(release: TestRelease): string | undefined {
  return linesOf(release).find(({ to }) => to === 'rehearsed')?.sentence;
}

async function toBeSigned(effects: Overrides = {}): Promise<TestRelease> {
  const release = await house.patch({ minors: ['18.6'], settings: SIGNED, effects });
  await release.comesTo('wait for signatures', ({ waitingFor }) => waitingFor !== undefined);
  return release;
}

it('is not asked for where policy names nobody, and the milestone says so', async () => {
  const release = await house.patch({ minors: ['18.6'] });

  await house.client.workflow.result(release.id);

  expect(release.script.callsOf('rehearseRelease')).toEqual([]);
  expect(rehearsedLine(release)).toBe('No release environment is configured.');
});

it('is signed by two people of two roles, each for exactly what was rehearsed, before anything is public', async () => {
  const release = await toBeSigned();
  const { waitingFor } = await release.status();

  const wrong = await refusalOf(release.decide('sign', { digest: 'something else' }));
  const first = await release.decide('sign', { digest: '18.6.2', by: SAM });
  const twice = await refusalOf(release.decide('sign', { digest: '18.6.2', by: SAM }));
  const stranger = { id: 'erik', roles: ['engineer'] };
  const uncalled = await refusalOf(release.decide('sign', { digest: '18.6.2', by: stranger }));
  const claims = release.script.callsOf('claimPublication').length;
  await release.decide('sign', { digest: '18.6.2', by: ROSA });
  await house.client.workflow.result(release.id);

  expect(waitingFor?.who).toBe('security-engineer and release-manager');
  expect(wrong).toMatch(/^Something has moved since/);
  expect(first.sentence).toBe('Signed; release-manager is still to sign.');
  expect(twice).toBe('sam has signed this already.');
  expect(uncalled).toMatch(/which erik is not/);
  expect(claims).toBe(0);
  expect(rehearsedLine(release)).toBe(
    'Everything but the last flip was rehearsed, and signed; nothing is in the way.',
  );
  expectWholeRecord(release);
});

it('is signed again when something has moved between the signatures and the publication', async () => {
  const digests = ['before', 'after'];
  const release = await toBeSigned({
    rehearseRelease: async (_, usual) => ({ ...(await usual()), digest: digests.shift() ?? 'after' }),
  });

  await release.decide('sign', { digest: 'before', by: SAM });
  await release.decide('sign', { digest: 'before', by: ROSA });
  await release.comesTo('have been rehearsed again', ({ state, waitingFor }) =>
    state === 'rehearsed' ? waitingFor !== undefined : false,
  );
  const claims = release.script.callsOf('claimPublication').length;
  await release.decide('sign', { digest: 'after', by: SAM });
  await release.decide('sign', { digest: 'after', by: ROSA });
  await house.client.workflow.result(release.id);

  expect(claims).toBe(0);
  expect(linesOf(release).map(({ sentence }) => sentence)).toContain(
    'What was rehearsed has moved since: it is to be signed again.',
  );
  expect((await release.status()).state).toBe('finalised');
  expectWholeRecord(release);
});
