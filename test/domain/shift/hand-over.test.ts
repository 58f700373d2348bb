import { NOTHING_SEEN } from '../../../domain/calendar/keeper-status';
import type { MirrorStatus } from '../../../domain/mirror/mirror-status';
import type { ReleaseStatus } from '../../../domain/release/release';
import { handOverItems, type HandedOver } from '../../../domain/shift/hand-over';

const RELEASE: ReleaseStatus = {
  id: 'patch:7',
  kind: 'patch',
  title: 'Patch of 18.6',
  state: 'verified',
  since: '2026-12-08T10:00:00.000Z',
  reached: [],
  blockers: [],
  approvals: [],
  versions: [],
};
const MIRROR: MirrorStatus = {
  id: 'mirror:gitaly',
  project: 'gitaly',
  state: 'in_sync',
  since: '2026-12-01T00:00:00.000Z',
  verdict: { verdict: 'pass', sentence: 'All is the same.', evidence: [] },
  refs: 3,
  moving: [],
  differing: [],
  more: 0,
};
const QUIET: HandedOver = {
  releases: [RELEASE],
  mirrors: [MIRROR],
  keeper: NOTHING_SEEN,
  roster: [],
  deadlines: [],
  reverts: [],
};

it('is empty while nothing waits for anybody, also where a release waits for its date', () => {
  const waitingFor = { who: 'the calendar', sentence: 'tagged is entered at its published time' };

  expect(handOverItems(QUIET)).toEqual([]);
  expect(handOverItems({ ...QUIET, releases: [{ ...RELEASE, waitingFor }] })).toEqual([]);
});

it('has what a release waits for, what stops it, and who holds it', () => {
  const release: ReleaseStatus = {
    ...RELEASE,
    waitingFor: { who: 'release-manager', sentence: '1 approval of published is missing' },
    hold: {
      by: { id: 'maria', roles: [] },
      reason: 'It is snowing.',
      since: '2026-12-08T09:00:00.000Z',
      until: '2026-12-09T09:00:00.000Z',
    },
    blockers: [
      {
        step: '18.6.2 gitaly tag',
        since: '2026-12-08T08:00:00.000Z',
        verdict: { verdict: 'fail', sentence: 'The tag is taken.', whoActs: 'operator', evidence: [] },
      },
    ],
  };

  const items = handOverItems({ ...QUIET, releases: [release] });

  expect(items).toEqual([
    {
      about: 'patch:7',
      since: '2026-12-08T08:00:00.000Z',
      who: 'operator',
      sentence: '18.6.2 gitaly tag: The tag is taken.',
      how: '`signalbox release show patch:7`',
    },
    {
      about: 'patch:7',
      since: '2026-12-08T09:00:00.000Z',
      who: 'maria',
      sentence: 'Held by maria until 2026-12-09T09:00:00.000Z: It is snowing.',
      how: '`signalbox release resume patch:7`',
    },
    {
      about: 'patch:7',
      since: '2026-12-08T10:00:00.000Z',
      who: 'release-manager',
      sentence: '1 approval of published is missing',
      how: '`signalbox release show patch:7`',
    },
  ]);
});

it('has what deadlines ask for, as their notice tells it', () => {
  const notice = {
    about: 'gitlab!1234 19.6',
    what: 'its deadline is at risk',
    why: 'it is not merged',
    how: 'erik acts: see `signalbox backport status gitlab`',
    at: '2026-12-02T00:00:00.000Z',
  };

  expect(handOverItems({ ...QUIET, deadlines: [notice] })).toEqual([
    {
      about: 'gitlab!1234 19.6',
      since: '2026-12-02T00:00:00.000Z',
      who: 'release-manager',
      sentence: 'its deadline is at risk (it is not merged).',
      how: 'erik acts: see `signalbox backport status gitlab`',
    },
  ]);
});

it('has the tasks of mirrors, and a mirror that does not answer', () => {
  const differing: MirrorStatus['differing'] = [
    {
      ref: 'refs/heads/master',
      state: 'diverged',
      objects: {},
      moves: [],
      sentence: 'Both sides have commits of their own.',
      isClaimed: false,
      since: '2026-12-02T00:00:00.000Z',
      difference: 1,
      ways: [],
      task: { issue: 4, url: 'https://gitlab.example.com/issues/4' },
    },
  ];
  const silent: MirrorStatus = {
    ...MIRROR,
    state: 'unknown',
    since: '',
    verdict: {
      verdict: 'unknown',
      sentence: 'The mirror does not answer.',
      whoActs: 'operator',
      evidence: [],
    },
  };

  expect(handOverItems({ ...QUIET, mirrors: [silent, { ...MIRROR, differing }] })).toEqual([
    {
      about: 'mirror:gitaly',
      since: '2026-12-02T00:00:00.000Z',
      who: 'release-manager',
      sentence: 'refs/heads/master: Both sides have commits of their own.',
      how: '`signalbox mirror status gitaly`; https://gitlab.example.com/issues/4',
    },
    {
      about: 'mirror:gitaly',
      who: 'operator',
      sentence: 'The mirror does not answer.',
      how: '`signalbox mirror status gitaly`',
    },
  ]);
});

it('has what asks for a person in the calendar, where it is not known how that stands, and holes in the roster', () => {
  const keeper = {
    ...NOTHING_SEEN,
    lookedAt: '2026-12-05T00:00:00.000Z',
    unknown: 'The engine is silent.',
    notices: [
      {
        about: 'monthly:18.7.announced',
        what: 'monthly:18.7 was to start and did not',
        why: 'it is too late',
        how: 'Start it',
        at: '2026-12-04T00:00:00.000Z',
      },
    ],
  };
  const roster = [
    {
      kind: 'gap',
      from: '2026-12-20T00:00:00.000Z',
      until: '2026-12-21T00:00:00.000Z',
      sentence: 'Nobody is on shift.',
    },
  ] as const;

  expect(handOverItems({ ...QUIET, keeper, roster })).toEqual([
    {
      about: 'calendar:monthly:18.7.announced',
      since: '2026-12-04T00:00:00.000Z',
      who: 'release-manager',
      sentence: 'monthly:18.7 was to start and did not (it is too late).',
      how: 'Start it',
    },
    {
      about: 'calendar',
      since: '2026-12-05T00:00:00.000Z',
      who: 'operator',
      sentence: 'Unknown since 2026-12-05T00:00:00.000Z: The engine is silent.',
      how: 'See whether the engine runs: `signalbox doctor`',
    },
    {
      about: 'roster',
      who: 'release-manager',
      sentence: 'Nobody is on shift.',
      how: '`signalbox shift set`',
    },
  ]);
});

it('has a disclosed fix that a branch has lost, for whoever may accept that', () => {
  const sentence = 'b2b2b2b2b2b2 on 18-6-stable of gitaly takes back a fix.';
  const verdict = { verdict: 'fail', sentence, whoActs: 'security-engineer', evidence: [] } as const;
  const lost = { embargo: 'embargo:k3v9x0q2ab', since: '2026-12-08T10:00:00.000Z', verdict };

  expect(handOverItems({ ...QUIET, reverts: [lost] })).toEqual([
    {
      about: lost.embargo,
      since: lost.since,
      who: 'security-engineer',
      sentence,
      how: '`signalbox fix list`',
    },
  ]);
});
