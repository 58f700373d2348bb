import { permanent } from '../../activities/errors';
import { refusalOf, ROSA, SAM } from '../support/decisions';
import { aLatch } from '../support/latch';
import { expectWholeRecord, linesOf } from '../support/record-of';
import type { Overrides } from '../support/scripted-effects';
import { until } from '../support/until';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const SIGNED = { rehearsal: { roles: ['security-engineer', 'release-manager'] } };

const NOT_REHEARSED = 'It could not be rehearsed; the history of its workflow in the engine tells why.';

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

async function signAs(release: TestRelease, digest: string): Promise<void> {
  await release.decide('sign', { digest, by: SAM });
  await release.decide('sign', { digest, by: ROSA });
}

function expectToldNowhere(release: TestRelease, { where, what }: (typeof FAILURES)[number]): void {
  const told = JSON.stringify([...release.script.recorded()]);
  expect(told).not.toContain(where);
  expect(told).not.toContain(what);
}

/** Signed, and in the rehearsal that is asked for right before the claim, until `last` is opened. */
async function inLastRehearsal() {
  const last = aLatch();
  let rehearsals = 0;
  const release = await toBeSigned({
    rehearseRelease: async (_, usual) => {
      rehearsals += 1;
      if (rehearsals === 2) await last.wait();
      return usual();
    },
  });
  await signAs(release, '18.6.2');
  await until('the last rehearsal', async () => rehearsals === 2);
  return { release, last, rehearsals: () => rehearsals };
}

/** Waits until signatures for exactly this are missing, for nothing else is verified. */
async function waitsAgain(release: TestRelease, version: string): Promise<void> {
  await release.comesTo(
    `have ${version} signed`,
    ({ waitingFor, versions }) =>
      waitingFor?.who === 'security-engineer and release-manager' &&
      versions.some((one) => one.version === version && one.reached === 'verified'),
  );
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
  expect(linesOf(release).flatMap(({ to, sentence }) => (to === 'rehearsal' ? [sentence] : []))).toEqual([
    'sam signed what was rehearsed.',
    'rosa signed what was rehearsed.',
  ]);
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

it('is signed again when a fix is pulled while the last rehearsal is under way', async () => {
  const { release, last } = await inLastRehearsal();

  await release.decide('recut', { minors: ['18.6'] });
  last.open();
  await waitsAgain(release, '18.6.3');
  const claims = release.script.callsOf('claimPublication').length;
  await signAs(release, '18.6.3');
  await house.client.workflow.result(release.id);

  expect(claims).toBe(0);
  expect(release.script.callsOf('claimPublication').map(({ input }) => input.versions)).toEqual([['18.6.3']]);
  expectWholeRecord(release);
});

it('is signed again when the claim has a version cut again', async () => {
  let isOvertaken = false;
  const release = await toBeSigned({
    claimPublication: async (_, usual) => {
      const answer = await usual();
      if (isOvertaken) return answer;
      isOvertaken = true;
      return { ...answer, claimed: false, overtaken: ['18.6.2'] };
    },
  });

  await signAs(release, '18.6.2');
  await waitsAgain(release, '18.6.3');
  const claimed = release.script.callsOf('claimPublication').map(({ input }) => input.versions);
  await signAs(release, '18.6.3');
  await house.client.workflow.result(release.id);

  expect(claimed).toEqual([['18.6.2']]);
  expect((await release.status()).state).toBe('finalised');
  expectWholeRecord(release);
});

it('is done once at a time, so that an older one that is slow never stands for a newer one', async () => {
  const slow = aLatch();
  const digests = ['first', 'older', 'newer'];
  let underWay = 0;
  let mostAtOnce = 0;
  const release = await toBeSigned({
    rehearseRelease: async (_, usual) => {
      const digest = digests.shift() ?? 'newer';
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      if (digest === 'older') await slow.wait();
      underWay -= 1;
      return { ...(await usual()), digest };
    },
  });

  await release.decide('rehearse');
  await until('the one that was wanted', async () => digests.length === 1);
  await signAs(release, 'first');
  slow.open();
  await release.comesTo('wait for signatures', ({ state, waitingFor }) =>
    state === 'rehearsed' ? waitingFor !== undefined : false,
  );
  await signAs(release, 'newer');
  await house.client.workflow.result(release.id);

  expect(mostAtOnce).toBe(1);
  expect(release.script.callsOf('claimPublication')).toHaveLength(1);
  expectWholeRecord(release);
});

/** One that only a patch with a secret in it can have, and one that any can have. */
const FAILURES = [
  { where: 'gitlab-org/gitlab master', what: 'embargo:k3v9x0q2ab does not merge', remedy: 'Merge it' },
  { where: 'v18.6.2-ee', what: 'it is another one', remedy: 'Look at it' },
];

it('that somebody wanted keeps nothing up when it cannot be done, and tells nobody why', async () => {
  for (const failure of FAILURES) {
    const release = await house.patch({
      minors: ['18.6'],
      awaitMilestones: ['published'],
      effects: {
        rehearseRelease: async () => {
          throw permanent('Conflict', failure);
        },
      },
    });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

    await release.decide('rehearse');
    await release.comesTo('have told it', () =>
      linesOf(release).some(({ sentence }) => sentence === NOT_REHEARSED),
    );
    const { blockers, state } = await release.status();
    await release.decide('rehearse');
    await release.handle.signal('milestoneDue', { milestone: 'published' });
    await house.client.workflow.result(release.id);

    expect({ blockers, state }).toEqual({ blockers: [], state: 'rehearsed' });
    expect((await release.status()).state).toBe('finalised');
    expect(linesOf(release).find(({ sentence }) => sentence === NOT_REHEARSED)?.evidence).toEqual([]);
    expectToldNowhere(release, failure);
    expectWholeRecord(release);
  }
});

it('that has to be done and cannot waits for a release manager in the same words, whatever is in the way', async () => {
  const waiting = [];
  for (const failure of FAILURES) {
    let isMended = false;
    const release = await house.patch({
      minors: ['18.6'],
      settings: SIGNED,
      effects: {
        rehearseRelease: async (_, usual) => {
          if (isMended) return usual();
          throw permanent('Conflict', failure);
        },
      },
    });
    await release.comesTo('be blocked', ({ blockers }) => blockers.length > 0);
    const { blockers } = await release.status();
    waiting.push(blockers.map(({ step, verdict }) => ({ step, verdict })));

    isMended = true;
    await release.decide('resume', { step: 'rehearse' });
    await release.comesTo('wait for signatures', ({ waitingFor }) => waitingFor !== undefined);
    await signAs(release, '18.6.2');
    await house.client.workflow.result(release.id);

    expectToldNowhere(release, failure);
    expectWholeRecord(release);
  }
  const verdict = { verdict: 'fail', sentence: NOT_REHEARSED, whoActs: 'release-manager', evidence: [] };
  expect(waiting).toEqual([[{ step: 'rehearse', verdict }], [{ step: 'rehearse', verdict }]]);
});

it('that somebody wanted is left when the claim was quicker', async () => {
  const { release, last, rehearsals } = await inLastRehearsal();

  await release.decide('rehearse');
  last.open();
  await house.client.workflow.result(release.id);

  expect(rehearsals()).toBe(2);
  expectWholeRecord(release);
});
