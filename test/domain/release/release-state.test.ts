import { MONTHLY_MILESTONES } from '../../../domain/release/milestones';
import {
  ENGINE,
  type Actor,
  type ApprovalPolicy,
  type Blocker,
  type Hold,
} from '../../../domain/release/release';
import { ReleaseState, words } from '../../../domain/release/release-state';

const ROSA: Actor = { id: 'rosa', roles: ['release-manager'] };
const SAM: Actor = { id: 'sam', roles: ['security-engineer'] };
const AT = '2026-12-15T09:00:00.000Z';
const LATER = '2026-12-15T11:30:00.000Z';

const HOLD: Hold = {
  by: ROSA,
  reason: 'The runners are down.',
  since: LATER,
  until: '2026-12-16T11:30:00.000Z',
};
const BLOCKER: Blocker = {
  step: '18.7.0 gitaly tag',
  since: LATER,
  verdict: {
    verdict: 'fail',
    sentence: 'It is protected.',
    evidence: [{ label: 'failure', value: 'Conflict' }],
  },
};

function aState(): ReleaseState {
  return new ReleaseState({
    id: 'monthly:18.7',
    kind: 'monthly',
    title: 'Monthly release 18.7',
    milestones: MONTHLY_MILESTONES,
  });
}

function reached(...milestones: readonly (typeof MONTHLY_MILESTONES)[number][]): ReleaseState {
  const state = aState();
  for (const milestone of milestones) state.reach(milestone, { at: AT, sentence: `It is ${milestone}.` });
  return state;
}

describe('the status of a release', () => {
  it('says nothing of what there is not', () => {
    expect(aState().status()).toEqual({
      id: 'monthly:18.7',
      kind: 'monthly',
      title: 'Monthly release 18.7',
      state: 'opened',
      since: '',
      reached: [],
      blockers: [],
      approvals: [],
      versions: [],
    });
  });

  it('is the milestone reached, since it was reached, and the next one', () => {
    const state = reached('opened', 'warned');

    expect(state.status()).toMatchObject({
      state: 'warned',
      since: AT,
      reached: [
        { milestone: 'opened', at: AT },
        { milestone: 'warned', at: AT },
      ],
      next: { milestone: 'announced', sentence: 'goes on to announced' },
    });
    expect([state.hasReached('warned'), state.hasReached('announced')]).toEqual([true, false]);
  });

  it('says what is done until the next milestone', () => {
    const state = reached('opened');

    state.plan('tags the candidate');

    expect(state.status().next).toEqual({ milestone: 'warned', sentence: 'tags the candidate' });
  });

  it('has no next milestone at the end, whatever is planned', () => {
    const state = reached(...MONTHLY_MILESTONES);

    state.plan('nothing');

    expect(state.status().next).toBeUndefined();
  });

  it('names whom it waits for, until it does not wait any more', () => {
    const state = reached('opened');

    state.wait('release-manager', 'an approval is missing');
    const waiting = state.status().waitingFor;
    state.stopWaiting();

    expect(waiting).toEqual({ who: 'release-manager', sentence: 'an approval is missing' });
    expect(state.status().waitingFor).toBeUndefined();
  });

  it('is held since the hold, and what it was before once the hold has ended', () => {
    const state = reached('opened');

    state.hold(HOLD);
    const held = state.status();
    state.endHold({ sentence: 'rosa ended the hold: They are up.', actor: ROSA, to: 'resumed' });

    expect(held).toMatchObject({ state: 'held', since: LATER, hold: HOLD });
    expect(state.status()).toMatchObject({ state: 'opened', since: AT });
    expect(state.status().hold).toBeUndefined();
  });

  it('is a failed step since the first one failed', () => {
    const state = reached('opened');

    state.block(BLOCKER);
    state.block({ ...BLOCKER, step: 'claim', since: '2026-12-15T12:00:00.000Z' });
    const failed = state.status();
    state.unblock(BLOCKER.step, { actor: ROSA, reason: 'Mended.' });
    const rest = state.status();
    state.unblock('claim', { actor: ROSA, reason: 'Mended.' });

    expect(failed).toMatchObject({ state: 'failed_step', since: LATER });
    expect(failed.blockers.map(({ step }) => step)).toEqual(['18.7.0 gitaly tag', 'claim']);
    expect(rest).toMatchObject({ state: 'failed_step', since: '2026-12-15T12:00:00.000Z' });
    expect(state.status()).toMatchObject({ state: 'opened', since: AT, blockers: [] });
  });

  it('knows a step that fails again once', () => {
    const state = reached('opened');

    state.block(BLOCKER);
    state.block({ ...BLOCKER, since: '2026-12-15T12:00:00.000Z' });

    expect(state.blockers).toEqual([{ ...BLOCKER, since: '2026-12-15T12:00:00.000Z' }]);
    expect([state.isBlocked(BLOCKER.step), state.isBlocked('claim')]).toEqual([true, false]);
  });

  it('is held rather than a failed step where it is both', () => {
    const state = reached('opened');

    state.block(BLOCKER);
    state.hold(HOLD);

    expect(state.status()).toMatchObject({ state: 'held', blockers: [BLOCKER] });
  });

  it('is aborted whatever else it was, and waits for nobody', () => {
    const state = reached('opened');
    state.hold(HOLD);
    state.block(BLOCKER);
    state.wait('the calendar', 'it is not time yet');

    state.abort({ by: ROSA, at: LATER, sentence: 'rosa aborted it: A regression.', evidence: [] });

    const { state: name, since, hold, next, waitingFor, blockers } = state.status();
    expect({ name, since, blockers }).toEqual({ name: 'aborted', since: LATER, blockers: [] });
    expect([hold, next, waitingFor]).toEqual([undefined, undefined, undefined]);
  });

  it('lists versions with the newest minor first, and a candidate before what is made of it', () => {
    const state = aState();

    for (const version of ['18.9.3', '18.10.0', '18.10.0-rc42', '17.11.12'])
      state.version({ version, workflowId: `version:${version}`, reached: 'started' });
    state.version({ version: '18.9.3', workflowId: 'version:18.9.3', reached: 'tagged' });
    state.dropVersion('17.11.12');

    expect(state.status().versions.map(({ version, reached: came }) => `${version} ${came}`)).toEqual([
      '18.10.0-rc42 started',
      '18.10.0 started',
      '18.9.3 tagged',
    ]);
  });
});

describe('approvals', () => {
  const policy: ApprovalPolicy = {
    kinds: ['monthly'],
    before: 'published',
    roles: ['release-manager', 'security-engineer'],
    count: 2,
    remindAfterMs: 1,
  };

  it('are counted by role and milestone', () => {
    const state = aState();
    const none = state.lacking(policy);

    state.approve({ before: 'published', by: ROSA, at: AT, reason: 'Fine.' });
    state.approve({ before: 'closed', by: SAM, at: AT, reason: 'Fine.' });
    state.approve({ before: 'published', by: { id: 'eve', roles: ['engineer'] }, at: AT, reason: 'Fine.' });
    const one = state.lacking(policy);
    state.approve({ before: 'published', by: SAM, at: AT, reason: 'Fine.' });

    expect([none, one, state.lacking(policy)]).toEqual([2, 1, 0]);
    expect(state.lacking({ ...policy, count: 1 })).toBe(0);
    expect(state.lacking({ ...policy, roles: ['security-engineer'] })).toBe(1);
  });

  it('are known by person and milestone', () => {
    const state = aState();

    state.approve({ before: 'published', by: ROSA, at: AT, reason: 'Fine.' });

    expect([
      state.hasApproved('rosa', 'published'),
      state.hasApproved('rosa', 'closed'),
      state.hasApproved('sam', 'published'),
    ]).toEqual([true, false, false]);
  });
});

describe('the lines for the record', () => {
  it('tell everything that changed, by whom, counted from 1 on', () => {
    const state = aState();

    state.reach('opened', { at: AT, sentence: 'It is open.', evidence: [{ label: 'issue', value: '17' }] });
    state.approve({ before: 'final_tagged', by: SAM, at: AT, reason: 'Fine.' });
    state.hold(HOLD);
    state.extendHold('2026-12-17T11:30:00.000Z');
    state.endHold({ sentence: 'It has run out.', to: 'hold_expired' });
    state.block(BLOCKER);
    state.unblock(BLOCKER.step, { actor: ROSA, reason: 'Mended.' });
    state.abort({ by: ROSA, at: LATER, sentence: 'rosa aborted it: A regression.', evidence: [] });

    const lines = state.takeTransitions();
    expect(lines.map(({ ordinal, to, actor, sentence }) => [ordinal, to, actor.id, sentence])).toEqual([
      [1, 'opened', 'signalbox', 'It is open.'],
      [2, 'approved', 'sam', 'sam approved final tagged: Fine.'],
      [3, 'held', 'rosa', 'rosa holds it: The runners are down.'],
      [
        4,
        'hold_expired',
        'signalbox',
        'The hold of rosa has run out and goes on until 2026-12-17T11:30:00.000Z.',
      ],
      [5, 'hold_expired', 'signalbox', 'It has run out.'],
      [6, 'step_failed', 'signalbox', '18.7.0 gitaly tag: It is protected.'],
      [7, 'step_resumed', 'rosa', '18.7.0 gitaly tag is tried again: Mended.'],
      [8, 'aborted', 'rosa', 'rosa aborted it: A regression.'],
    ]);
    expect(lines[0]?.evidence).toEqual([{ label: 'issue', value: '17' }]);
    expect(lines[5]?.evidence).toEqual(BLOCKER.verdict.evidence);
  });

  it('are handed out once', () => {
    const state = aState();
    state.note({ to: 'opened', sentence: 'It is open.' });

    const first = state.takeTransitions();

    expect(first).toEqual([
      { ordinal: 1, to: 'opened', actor: ENGINE, sentence: 'It is open.', evidence: [] },
    ]);
    expect(state.takeTransitions()).toEqual([]);
    expect(state.hasPending).toBe(false);
  });

  it('come again, before newer ones and with their own numbers, when they could not be written', () => {
    const state = aState();
    state.note({ to: 'opened', sentence: 'one' });
    const lost = state.takeTransitions();
    state.note({ to: 'warned', sentence: 'two' });

    state.returnTransitions(lost);

    expect(state.hasPending).toBe(true);
    expect(state.takeTransitions().map(({ ordinal, sentence }) => `${ordinal} ${sentence}`)).toEqual([
      '1 one',
      '2 two',
    ]);
  });

  it('are none for an extension of no hold', () => {
    const state = aState();

    state.extendHold(LATER);

    expect(state.hasPending).toBe(false);
  });
});

it('shows a state as people read it', () => {
  expect(words('on_managed_systems')).toBe('on managed systems');
});
