import type { BackportState } from '../../../domain/backport/backport-state';
import type { BackportStanding } from '../../../domain/backport/backport-status';
import type { Embargo } from '../../../domain/embargo/embargo';
import { isPending, timedBackport, timedEmbargo } from '../../../domain/planning/timed-fix';
import { MARIA, POLICY } from './planned';

const { deadlines } = POLICY;
const OPENED = '2026-11-01T08:00:00.000Z';
const LATER = '2026-11-20T08:00:00.000Z';
const CARRIER = { release: 'patch:7', at: LATER } as const;

function aboard(id: string) {
  return { id, release: 'patch:2026-12-09' };
}

function embargo(more: Partial<Embargo> = {}): Embargo {
  return {
    id: 'embargo:k3v9x0q2ab',
    ordinal: 1,
    title: 'Tokens can be guessed',
    owner: 'ada',
    severity: 'S1',
    state: 'sealed',
    since: LATER,
    affects: ['default', '19.6', '19.5'].map((line) => ({ line, evidence: 'tried' })),
    audience: [],
    topics: [],
    ...more,
  };
}

function timed(
  more: Partial<Embargo> = {},
  {
    acts = [],
    carriers = [],
  }: {
    readonly acts?: readonly string[];
    readonly carriers?: Parameters<typeof timedEmbargo>[1]['carriers'];
  } = {},
) {
  const history = [{ act: 'opened', at: OPENED }, ...acts.map((act) => ({ act, at: LATER }))];
  const known = { deadlines, lines: ['19.7', '19.6', '19.5', '19.4'], carriers, aboard };
  return timedEmbargo({ embargo: embargo(more), history }, known);
}

describe('the deadline of a fix under embargo', () => {
  it('counts from its opening, for every line that owes it, also one that is cut later', () => {
    expect(timed()).toEqual({
      id: 'embargo:k3v9x0q2ab',
      kind: 'security',
      grade: 'S1',
      since: OPENED,
      dueAt: '2026-12-01T08:00:00.000Z',
      minors: ['19.6', '19.5', '19.7'],
      mitigation: { dueAt: '2026-11-02T08:00:00.000Z' },
    });
  });

  it.each<[string, Partial<Embargo>, object]>([
    ['not on managed systems', { state: 'opened' }, { lacks: { who: 'ada' } }],
    ['not sealed', { state: 'fixed_on_managed_systems' }, { lacks: { who: 'security-engineer' } }],
    [
      'pulled',
      { pulled: { by: MARIA, reason: 'It breaks.', since: LATER } },
      { lacks: { what: 'it was pulled', who: 'release-manager' } },
    ],
    ['agreed with others', { notBefore: LATER }, { notBefore: LATER }],
    [
      'being disclosed',
      { state: 'disclosing', plan: 'patch:7' },
      { aboard: { id: 'patch:7', release: 'patch:2026-12-09' } },
    ],
  ])('tells what it waits for: %s', (_what, more, expected) => {
    expect(timed(more)).toMatchObject(expected);
  });

  it('lacks nothing once it has leaked: what is ready goes out', () => {
    expect(timed({ state: 'compromised' })?.lacks).toBeUndefined();
  });

  it('is on board of the release that has it in a version', () => {
    const fix = timed({ state: 'opened' }, { carriers: [{ ...CARRIER, state: 'tagged' }] });

    expect(fix?.aboard?.id).toBe('patch:7');
    expect(fix?.lacks).toBeUndefined();
  });

  it('is over with its disclosure, and says when managed systems had it', () => {
    const fix = timed({ state: 'disclosed' }, { acts: ['fixed_on_managed_systems', 'disclosed'] });

    expect(fix).toMatchObject({ outAt: LATER, mitigation: { doneAt: LATER } });
    expect(fix && isPending(fix)).toBe(false);
  });

  it.each<[string, Partial<Embargo>]>([
    ['withdrawn', { state: 'withdrawn' }],
    ['no secret any more', { state: 'declassified' }],
    ['of a severity that nothing is promised for', { severity: 'S4' }],
  ])('is none where it is %s', (_what, more) => {
    expect(timed(more)).toBeUndefined();
  });
});

type KnownOfBackport = Parameters<typeof timedBackport>[2];

const MERGE_REQUEST = { iid: 7, url: 'https://gitlab.example.com/7' };

function timedOf(
  state: BackportState,
  {
    carriers = [],
    isLeftBehind = () => false,
    ...more
  }: Partial<BackportStanding> & Partial<Pick<KnownOfBackport, 'carriers' | 'isLeftBehind'>> = {},
) {
  const standing: BackportStanding = {
    minor: '19.6',
    branch: '19-6-stable-ee',
    state,
    sentence: 'It is.',
    asked: false,
    owedSince: OPENED,
    since: OPENED,
    ...more,
  };
  const change = { project: 'gitlab', iid: 1234, kind: 'bug', author: 'erik' } as const;
  return timedBackport(change, standing, { deadlines, carriers, aboard, isLeftBehind });
}

describe('the deadline of a backport', () => {
  it('counts from when its minor owes it, until a version that is out has it', () => {
    const merged = { state: 'merged', mergeRequest: MERGE_REQUEST } as const;
    const common = { id: 'gitlab!1234 19.6', since: OPENED, dueAt: '2026-12-01T08:00:00.000Z' };

    expect(timedOf(merged)).toMatchObject(common);
    expect(timedOf(merged)?.lacks).toBeUndefined();
    expect(timedOf(merged, { carriers: [{ ...CARRIER, state: 'built' }] })?.aboard?.id).toBe('patch:7');
    expect(timedOf(merged, { carriers: [{ ...CARRIER, state: 'published' }] })?.outAt).toBe(LATER);
  });

  it.each<[BackportState, string]>([
    [{ state: 'owed' }, 'it is not merged'],
    [{ state: 'proposed', mergeRequest: MERGE_REQUEST }, 'it is not merged'],
    [{ state: 'conflicted', files: ['a'] }, 'it has conflicts'],
  ])('waits for its author while it is $state', (state, what) => {
    expect(timedOf(state)?.lacks).toEqual({ what, who: 'erik', command: 'signalbox backport status gitlab' });
  });

  it('is missed where its minor gets no fixes any more', () => {
    const fix = timedOf({ state: 'owed' }, { missedAt: LATER });

    expect(fix?.isMissed).toBe(true);
    expect(fix && isPending(fix)).toBe(false);
  });

  it.each<[string, readonly (typeof CARRIER & { state: 'built' | 'published' })[], boolean]>([
    ['is missed where its minor got no fixes any more before a patch took it', [], true],
    [
      'is kept by the patch that has it on board, though it is the last of its minor',
      [{ ...CARRIER, state: 'built' }],
      false,
    ],
    ['is over where it was out before', [{ ...CARRIER, state: 'published' }], false],
  ])('%s', (_what, carriers, isMissed) => {
    const merged = { state: 'merged', mergeRequest: MERGE_REQUEST } as const;
    const fix = timedOf(merged, { carriers, isLeftBehind: (minor) => minor === '19.6' });

    expect(fix?.isMissed === true).toBe(isMissed);
  });

  it.each<BackportState>([{ state: 'declined', by: 'maria', reason: 'No.' }, { state: 'not_needed' }])(
    'is none where nothing is owed: $state',
    (state) => {
      expect(timedOf(state)).toBeUndefined();
    },
  );
});
