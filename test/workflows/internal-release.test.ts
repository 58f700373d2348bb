import type { AnswerOf } from '../support/scripted-effects';
import { permanent } from '../../activities/errors';
import { INTERNAL_MILESTONES } from '../../domain/release/milestones';
import { ENGINE } from '../../domain/release/release';
import { DAN, EMMA, LENA, OTTO, refusalOf, ROBIN, ROSA } from '../support/decisions';
import { aLatch } from '../support/latch';
import { expectWholeRecord, linesOf, recordOf } from '../support/record-of';
import { internalRules } from '../support/release-inputs';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const AN_HOUR_MS = 60 * 60_000;

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

/** Nobody is asked to approve it. */
function unasked(told: Parameters<WorkflowHouse['internal']>[0] = {}): Promise<TestRelease> {
  return house.internal({ ...told, settings: { ...internalRules(), approvals: [], ...told?.settings } });
}

function asked(): Promise<TestRelease> {
  return house.internal({ settings: internalRules() });
}

async function waitsFor(release: TestRelease, role: string) {
  return release.comesTo(`wait for ${role}`, ({ waitingFor }) => waitingFor?.who === role);
}

async function isHandedOver(release: TestRelease) {
  return release.comesTo('be handed over', ({ state }) => state === 'handed_over');
}

/** Every installation says that it is installed, then that it is verified. */
async function rollOut(release: TestRelease): Promise<void> {
  for (const installation of ['north', 'south'])
    for (const state of ['installed', 'verified'])
      await release.decide('handOver', { installation, state, by: OTTO });
}

function lastOf(release: TestRelease, to: string): string | undefined {
  return linesOf(release).findLast((line) => line.to === to)?.sentence;
}

describe('an internal release', () => {
  it('passes its milestones in order, makes internal versions, and tells nobody outside', async () => {
    const release = await unasked();

    await isHandedOver(release);
    await rollOut(release);
    await release.handle.result();

    const status = await release.status();
    expect(status.reached.map(({ milestone }) => milestone)).toEqual(INTERNAL_MILESTONES);
    expect(status.title).toBe(`Internal release ${release.id.slice('internal:'.length)}`);
    expect(status.versions.map(({ version, reached }) => [version, reached])).toEqual([
      ['18.5.1-internal0', 'verified'],
      ['18.4.1-internal0', 'verified'],
    ]);
    expect(new Set(release.script.calls.map(({ effect }) => effect))).toEqual(
      new Set([
        'surveyInternal',
        'readRemediation',
        'closeRelease',
        'offerBuild',
        'tagProject',
        'awaitPipeline',
        'makePackages',
        'recordTransitions',
      ]),
    );
    expectWholeRecord(release);
  });

  it.each([
    [{ severity: 'S3' as const }, /is for S1 and S2, and this is S3: let the fix board the next patch/],
    [{ minors: ['18.6'] }, /18\.6 is the newest minor.*name 18\.5 or 18\.4/],
    [{ minors: ['18.5', '18.3'] }, /18\.3 is none of the 2 minors before.*name 18\.5 or 18\.4/],
    [{ fixes: [] }, /carries no fix under embargo/],
  ])('asked for as %j is rejected before anybody is asked', async (request, sentence) => {
    const release = await house.internal({ request, settings: internalRules() });

    await release.handle.result();

    const { state, waitingFor, reached } = await release.status();
    expect({ state, waitingFor, reached }).toEqual({ state: 'aborted', waitingFor: undefined, reached: [] });
    const aborted = linesOf(release).find(({ to }) => to === 'aborted');
    expect(aborted?.sentence).toMatch(/^It is rejected: /);
    expect(aborted?.sentence).toMatch(sentence);
    expect(aborted?.actor).toEqual(ENGINE);
    expect(aborted?.evidence).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ label: 'severity' }),
        { label: 'who acts', value: 'whoever asked' },
      ]),
    );
    expect(release.script.callsOf('closeRelease')).toEqual([]);
    expectWholeRecord(release);
  });

  it('whose fix was pulled meanwhile is rejected without a word of which, by whom and why', async () => {
    const pulled = { by: ROSA, reason: 'It breaks logins.', since: '2026-11-20T12:00:00Z' };
    const release = await house.internal({
      effects: {
        surveyInternal: async (_, usual) => {
          const facts = await usual();
          return { ...facts, fixes: facts.fixes.map((fix) => ({ ...fix, pulled })) };
        },
      },
      settings: internalRules(),
    });

    await release.handle.result();

    expect(lastOf(release, 'aborted')).toBe('It is rejected: A fix of it was pulled: ask release-manager.');
    const told = JSON.stringify([
      linesOf(release).filter(({ to }) => to === 'aborted'),
      await release.status(),
    ]);
    for (const secret of ['embargo:', pulled.reason, pulled.since]) expect(told).not.toContain(secret);
    expectWholeRecord(release);
  });
});

describe('the approvals of an internal release', () => {
  const before = 'approved';

  it('are given one after the other, release managers last', async () => {
    const release = await asked();
    const turns = [
      [EMMA, 'engineering-manager', 'Approved: next is dedicated-manager.'],
      [DAN, 'dedicated-manager', 'Approved: next is delivery-leadership.'],
      [LENA, 'delivery-leadership', 'Approved: next is release-manager.'],
      [ROSA, 'release-manager', 'Approved: it may go on.'],
    ] as const;

    const answers: string[] = [];
    for (const [by, role] of turns) {
      await waitsFor(release, role);
      answers.push((await release.decide('approve', { before, by })).sentence);
    }
    const { approvals } = await isHandedOver(release);

    expect(answers).toEqual(turns.map(([, , answer]) => answer));
    expect(approvals.map(({ by }) => by.id)).toEqual(['emma', 'dan', 'lena', 'rosa']);
  });

  it('out of turn are refused at once, and say whose turn it is', async () => {
    const release = await asked();
    await waitsFor(release, 'engineering-manager');

    const early = await refusalOf(release.decide('approve', { before, by: ROSA }));
    const other = { id: 'eric', roles: ['engineering-manager'] };
    const ofAnotherArea = await refusalOf(release.decide('approve', { before, by: other }));
    const nobody = await refusalOf(release.decide('approve', { before, by: OTTO }));
    await release.decide('approve', { before, by: EMMA });
    const again = await refusalOf(release.decide('approve', { before, by: EMMA }));
    const third = await refusalOf(release.decide('approve', { before, by: LENA }));

    expect(early).toBe('It is the turn of emma, engineering-manager of the area that is affected.');
    expect(ofAnotherArea).toBe(early);
    expect(nobody).toMatch(/^Only engineering-manager, then .* may approve this/);
    expect(again).toBe('emma has approved this already.');
    expect(third).toMatch(/^It is the turn of dedicated-manager: the order is/);
    expect((await release.status()).approvals).toHaveLength(1);
  });

  it('before any other milestone are given by whoever has the role, in no order', async () => {
    const last = { before: 'handed_over', kinds: ['internal'], count: 1, remindAfterMs: AN_HOUR_MS } as const;
    const approvals = [
      { ...last, roles: ['delivery-leadership'] },
      { ...last, roles: ['release-manager'] },
    ];
    const release = await house.internal({ settings: { ...internalRules(), approvals } });
    await waitsFor(release, 'delivery-leadership');

    const stranger = await refusalOf(release.decide('approve', { before: 'handed_over', by: EMMA }));
    const first = await release.decide('approve', { before: 'handed_over', by: ROSA });
    await release.decide('approve', { before: 'handed_over', by: LENA });
    const { approvals: given } = await isHandedOver(release);

    expect(stranger).toMatch(/^Only delivery-leadership or release-manager may approve this/);
    expect(first.sentence).toBe('Approved: 1 more to go.');
    expect(given.map(({ by }) => by.id)).toEqual(['rosa', 'lena']);
  });

  it('that do not come are asked for again and again', async () => {
    const release = await asked();
    await waitsFor(release, 'engineering-manager');

    await house.pass(9 * AN_HOUR_MS);
    await release.comesTo('have recorded it', () => recordOf(release).includes('approval_reminded'));

    expect(lastOf(release, 'approval_reminded')).toBe(
      'Still waits for engineering-manager to approve approved.',
    );
    expect(release.script.callsOf('readRemediation')).toEqual([]);
  });
});

describe('the managed systems', () => {
  const waiting: AnswerOf<'readRemediation'>['verdict'] = {
    verdict: 'wait',
    sentence: 'The fix in gitaly is not on gprd yet; each gets it, or is named as an exception.',
    whoActs: 'operators of gprd',
    evidence: [{ label: 'gprd', value: 'a1' }],
  };

  it('get the fix first: until then the release is blocked, says on what, and goes on by itself', async () => {
    const fixed = aLatch();
    const release = await unasked({
      effects: {
        readRemediation: async ({ built, known }, usual) => {
          const usually = await usual();
          if (built !== undefined) return usually;
          if (known === undefined) return { ...usually, verdict: waiting };
          await fixed.wait();
          return usually;
        },
      },
    });

    const blocked = await release.comesTo('be blocked', ({ state }) => state === 'blocked');
    await release.decide('hold', { reason: 'The operators ask for an hour.' });
    await release.decide('resume');
    await release.comesTo('have recorded it', () => recordOf(release).includes('resumed'));
    const looks = release.script.callsOf('readRemediation').map(({ input }) => input.known);
    fixed.open();
    const { waitingFor } = await isHandedOver(release);

    const sentence = `${waiting.sentence} Looked at every 5 minutes.`;
    expect(blocked.waitingFor).toEqual({ who: 'operators of gprd', sentence });
    expect(looks).toEqual([undefined, waiting.sentence]);
    expect(recordOf(release).filter((to) => to === 'blocked')).toHaveLength(1);
    expect(waitingFor?.who).toBe('dedicated-operator');
    expectWholeRecord(release);
  });

  it('are looked at no more once the release is aborted', async () => {
    const never = aLatch();
    const release = await unasked({
      effects: {
        readRemediation: async ({ known }, usual) => {
          if (known !== undefined) await never.wait();
          return { ...(await usual()), verdict: waiting };
        },
      },
    });
    await release.comesTo('look', () => release.script.callsOf('readRemediation').length === 2);

    await release.decide('abort', { reason: 'It is fixed in another way.' });
    await release.handle.result();

    const outcomes = release.script.callsOf('readRemediation').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['done', 'cancelled']);
    expect((await release.status()).state).toBe('aborted');
    expectWholeRecord(release);
  });
});

const TOPIC = { embargo: 'embargo:k3v9x0q2ab', ordinal: 1, head: 'a1' };

/** As it is closed where gitaly has a fix. */
function withTopic(closed: AnswerOf<'closeRelease'>): AnswerOf<'closeRelease'> {
  const disclosed = { twin: 'b1', topics: [TOPIC], at: closed.at };
  const versions = closed.versions.map((version) => ({
    ...version,
    projects: version.projects.map((one) => (one.project === 'gitaly' ? { ...one, disclosed } : one)),
  }));
  return { ...closed, versions };
}

describe('the hand-over', () => {
  const pulled: AnswerOf<'offerBuild'>['verdict'] = {
    verdict: 'fail',
    sentence: 'A fix of it was pulled: ask release-manager to return it or to abort this release.',
    whoActs: 'release-manager',
    evidence: [],
  };

  /** A release with a fix that is pulled when it would be handed over. */
  async function pulledAtLast() {
    const latch = aLatch();
    let isReturned = false;
    const release = await unasked({
      request: { minors: ['18.5'] },
      effects: {
        closeRelease: async (_, usual) => withTopic(await usual()),
        offerBuild: async (_, usual) => ({ ...(await usual()), ...(isReturned ? {} : { verdict: pulled }) }),
        readRemediation: async ({ built }, usual) => {
          if (built !== undefined) await latch.wait();
          return usual();
        },
      },
    });
    const blocked = await release.comesTo('be blocked', ({ state }) => state === 'blocked');
    const giveBack = (): void => {
      isReturned = true;
      latch.open();
    };
    return { release, blocked, giveBack };
  }

  it('of a fix that was pulled since it was built waits until it is returned, and is judged again', async () => {
    const { release, blocked, giveBack } = await pulledAtLast();

    giveBack();
    const { waitingFor } = await isHandedOver(release);

    const sentence = `${pulled.sentence} Looked at every 5 minutes.`;
    expect(blocked).toMatchObject({ waitingFor: { who: 'release-manager', sentence } });
    expect(blocked.handOver).toBeUndefined();
    expect(blocked.reached.at(-1)?.milestone).toBe('built');
    expect(waitingFor?.who).toBe('dedicated-operator');
    const built = [
      {
        version: '18.5.1-internal0',
        project: 'gitaly',
        minor: '18.5',
        embargo: TOPIC.embargo,
        head: TOPIC.head,
      },
    ];
    const { script } = release;
    expect(script.callsOf('readRemediation').at(-1)?.input).toMatchObject({ built, known: pulled.sentence });
    expect(script.callsOf('offerBuild').map(({ input }) => input.built)).toEqual([built, built]);
    expectWholeRecord(release);
  });

  it('that waited is held by whoever holds it meanwhile, and is judged again after that', async () => {
    const { release, giveBack } = await pulledAtLast();

    await release.decide('hold', { reason: 'The customer asks for a day.' });
    giveBack();
    await release.comesToRest();
    const held = await release.status();
    const triedWhileHeld = release.script.callsOf('offerBuild').length;
    await release.decide('resume');
    await isHandedOver(release);

    expect([held.state, held.handOver]).toEqual(['held', undefined]);
    expect(triedWhileHeld).toBe(1);
    expect(release.script.callsOf('offerBuild')).toHaveLength(2);
    expectWholeRecord(release);
  });

  it('counts who has it, n of m, and ends when all have verified it', async () => {
    const release = await unasked();
    const offered = await isHandedOver(release);

    const early = await refusalOf(
      release.decide('handOver', { installation: 'north', state: 'verified', by: OTTO }),
    );
    const { sentence } = await release.decide('handOver', {
      installation: 'north',
      state: 'installed',
      by: OTTO,
    });
    const twice = await refusalOf(
      release.decide('handOver', { installation: 'north', state: 'installed', by: ROSA }),
    );
    const unknown = await refusalOf(
      release.decide('handOver', { installation: 'west', state: 'installed', by: OTTO }),
    );
    const stranger = await refusalOf(
      release.decide('handOver', { installation: 'south', state: 'installed', by: EMMA }),
    );
    const { handOver } = await release.status();

    const due = offered.handOver?.dueAt ?? '';
    expect(Date.parse(due) - Date.parse(offered.handOver?.offeredAt ?? '')).toBe(8 * AN_HOUR_MS);
    expect(early).toBe('north has not said that it is installed: say that first.');
    expect(sentence).toBe(
      `north is installed: 1 of 2 installed, 0 of 2 verified, due by ${due}; missing: north, south.`,
    );
    expect(twice).toMatch(/^north is installed since /);
    expect(unknown).toBe('west gets nothing of it. It goes to north, south.');
    expect(stranger).toBe(
      'Only dedicated-operator or release-manager may say this of south, which emma is not.',
    );
    expect(handOver?.installations.map(({ name, state, by }) => [name, state, by])).toEqual([
      ['north', 'installed', 'otto'],
      ['south', 'offered', undefined],
    ]);
  });

  it('takes no acknowledgement before there is something to have', async () => {
    const release = await house.internal({ settings: internalRules() });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor !== undefined);

    const refusal = await refusalOf(
      release.decide('handOver', { installation: 'north', state: 'installed', by: OTTO }),
    );

    expect(refusal).toBe('Nothing is handed over yet.');
  });

  it('reminds, and after the deadline names those who are late', async () => {
    const release = await unasked();
    await isHandedOver(release);
    await release.decide('handOver', { installation: 'north', state: 'installed', by: OTTO });
    await release.decide('handOver', { installation: 'north', state: 'verified', by: OTTO });

    await house.pass(9 * AN_HOUR_MS);
    const late = await release.comesTo('be late', () => recordOf(release).includes('acknowledgement_late'));
    await release.decide('handOver', { installation: 'south', state: 'installed', by: ROBIN });
    await release.decide('handOver', { installation: 'south', state: 'verified', by: ROBIN });
    await release.handle.result();

    const reminders = recordOf(release).filter((to) => to === 'acknowledgement_reminded').length;
    expect(reminders).toBeGreaterThanOrEqual(6);
    expect(reminders).toBeLessThanOrEqual(8);
    expect(late.waitingFor?.sentence).toMatch(/1 of 2 verified, was due by .*; late: south\.$/);
    expect(lastOf(release, 'rolled_out')).toBe('2 of 2 installed, 2 of 2 verified.');
    expectWholeRecord(release);
  });
});

describe('the side exits of an internal release', () => {
  it('a hold stops it before its next milestone, and ends', async () => {
    const release = await house.internal({ settings: internalRules() });
    await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'engineering-manager');

    await release.decide('hold', { reason: 'Wait for the customer.' });
    const held = await release.status();
    for (const by of [EMMA, DAN, LENA, ROBIN]) await release.decide('approve', { before: 'approved', by });
    await release.comesToRest();
    const readWhileHeld = release.script.callsOf('readRemediation').length;
    await release.decide('resume');
    await isHandedOver(release);

    expect(held.state).toBe('held');
    expect(readWhileHeld).toBe(0);
  });

  it('an abort takes back what was built, and its numbers are not used again', async () => {
    const release = await unasked({
      effects: {
        makePackages: async ({ project }, usual) => {
          if (project.name !== 'gitlab') return usual();
          throw permanent('Conflict', { where: 'package', what: 'it is another one', remedy: 'Delete it' });
        },
      },
    });
    await release.comesTo('fail', ({ blockers }) => blockers.length === 2);

    await release.decide('abort', { reason: 'The fix does not help.' });
    await release.handle.result();

    const [withdrawn] = release.script.callsOf('withdrawVersions');
    expect(withdrawn?.input.versions.map(({ version }) => version)).toEqual([
      '18.5.1-internal0',
      '18.4.1-internal0',
    ]);
    expect((await release.status()).state).toBe('aborted');
    expect(release.script.callsOf('noteOnReleaseIssue')).toEqual([]);
    expectWholeRecord(release);
  });

  it('a step that failed is tried again when somebody says so', async () => {
    let isDown = true;
    const release = await unasked({
      effects: {
        makePackages: async ({ version, project }, usual) => {
          if (!isDown || `${project.name} ${version}` !== 'gitaly 18.5.1-internal0') return usual();
          throw permanent('Conflict', { where: 'package', what: 'it is another one', remedy: 'Delete it' });
        },
      },
    });
    const failed = await release.comesTo('fail', ({ blockers }) => blockers.length === 1);
    isDown = false;

    await release.decide('resume', { step: failed.blockers[0]?.step });
    const { state } = await isHandedOver(release);

    expect(failed.blockers[0]?.step).toBe('18.5.1-internal0 gitaly build');
    expect(state).toBe('handed_over');
  });

  it('nothing is taken back once installations may run it', async () => {
    const release = await unasked();
    await isHandedOver(release);

    const refusal = await refusalOf(release.decide('abort'));

    expect(refusal).toMatch(/^It is handed over.*the only way is forward\.$/);
  });
});
