import { array, assert, constantFrom, property } from 'fast-check';
import {
  awaitsSystems,
  EMBARGO_MOVES,
  EMBARGO_STATES,
  firstAudience,
  hasEnded,
  isOpenToAll,
  isPast,
  isSecret,
  isUndisclosed,
  judgeMove,
  mayRead,
  mayShow,
  nothingThere,
  textsDueAt,
  topicBranchOf,
  topicOfBranch,
  type Embargo,
  type EmbargoMove,
} from '../../../domain/embargo/embargo';
import { ENGINE, type Actor } from '../../../domain/release/release';

const NOW = '2026-11-20T12:00:00.000Z';
const SECURITY: Actor = { id: 'sena', roles: ['security-engineer'] };
const MANAGER: Actor = { id: 'rosa', roles: ['release-manager'] };
const OWNER: Actor = { id: 'olaf', roles: ['engineer'] };
const REVIEWER: Actor = { id: 'rhea', roles: ['engineer'] };
const STRANGER: Actor = { id: 'sven', roles: ['engineer', 'owner', 'maintainer'] };

function anEmbargo(told: Partial<Embargo> = {}): Embargo {
  return {
    id: 'embargo:k3v9x0q2ab',
    ordinal: 4,
    title: 'Tokens are read by everybody',
    owner: OWNER.id,
    severity: 'S1',
    state: 'opened',
    since: '2026-11-12T09:00:00.000Z',
    affects: [{ line: '18.6', evidence: 'introduced by !123' }],
    audience: firstAudience({ owner: OWNER.id, reviewers: [REVIEWER.id], operators: ['omar'], now: NOW }),
    topics: [{ project: 'gitaly', line: '18.6', branch: 'topic/k3v9x0q2ab/18.6', head: 'a'.repeat(40) }],
    ...told,
  };
}

function judged(move: EmbargoMove, by: Actor, embargo = anEmbargo(), facts = {}) {
  return judgeMove({ move, by, embargo, now: NOW, facts }).cleared;
}

describe('the life of an embargo', () => {
  it.each([
    ['fix', OWNER, anEmbargo()],
    ['seal', SECURITY, anEmbargo({ state: 'fixed_on_managed_systems' })],
    ['disclose', MANAGER, anEmbargo({ state: 'sealed' })],
    ['finish', ENGINE, anEmbargo({ state: 'disclosing' })],
    ['publishTexts', SECURITY, anEmbargo({ state: 'disclosed', since: '2026-10-20T12:00:00.000Z' })],
  ] as const)('goes on by %s', (move, by, embargo) => {
    const facts = { plan: 'patch:7', isPublic: true };

    expect(judged(move, by, embargo, facts).verdict).toBe('pass');
  });

  it.each([
    ['fix', OWNER, anEmbargo({ topics: [] }), 'waits until every line that it affects has a topic'],
    ['fix', OWNER, anEmbargo({ affects: [] }), 'waits until every line that it affects has a topic'],
    ['disclose', MANAGER, anEmbargo({ state: 'sealed' }), 'waits until a release discloses it'],
    [
      'finish',
      ENGINE,
      anEmbargo({ state: 'disclosing' }),
      'waits until every object of its topics is on canon',
    ],
    ['declassify', { ...SECURITY, id: OWNER.id }, anEmbargo(), 'waits until somebody else than the owner'],
    ['seal', OWNER, anEmbargo({ state: 'fixed_on_managed_systems' }), 'Only security-engineer may do this'],
    ['finish', SECURITY, anEmbargo({ state: 'disclosing' }), 'Only the engine may do this'],
    ['disclose', MANAGER, anEmbargo(), 'is opened; this can be done only while it is sealed or compromised'],
  ] as const)('does not go on by %s when something is missing', (move, by, embargo, sentence) => {
    const verdict = judged(move, by, embargo);

    expect(verdict.verdict).toBe('fail');
    expect(verdict.sentence).toContain(sentence);
  });

  it('waits for the date that was agreed on, and says until when', () => {
    const sealed = anEmbargo({ state: 'sealed', notBefore: '2026-12-01T15:00:00.000Z' });

    expect(judged('disclose', MANAGER, sealed, { plan: 'patch:7' })).toMatchObject({
      verdict: 'wait',
      lookAgainAt: '2026-12-01T15:00:00.000Z',
    });
  });

  it('does not wait for that date once it has leaked', () => {
    const leaked = anEmbargo({ state: 'compromised', notBefore: '2026-12-01T15:00:00.000Z' });

    expect(judged('disclose', MANAGER, leaked, { plan: 'patch:8' }).verdict).toBe('pass');
  });

  it('keeps the texts for thirty days after the code', () => {
    const disclosed = anEmbargo({ state: 'disclosed', since: '2026-11-19T12:00:00.000Z' });

    expect(judged('publishTexts', SECURITY, disclosed)).toMatchObject({
      verdict: 'wait',
      lookAgainAt: '2026-12-19T12:00:00.000Z',
    });
  });

  it.each(['withdraw', 'compromise', 'declassify'] as const)('may be left at once by %s', (move) => {
    expect(judged(move, SECURITY).verdict).toBe('pass');
  });

  it.each(['texts_public', 'declassified'] as const)('ends with %s', (state) => {
    for (const move of Object.keys(EMBARGO_MOVES) as EmbargoMove[])
      for (const by of [OWNER, SECURITY, MANAGER, ENGINE])
        expect(judged(move, by, anEmbargo({ state }), { plan: 'patch:7', isPublic: true }).verdict).toBe(
          'fail',
        );
  });

  it('shows nothing, however it is walked, unless it is disclosed or declassified by those who may', () => {
    const moves = Object.keys(EMBARGO_MOVES) as EmbargoMove[];
    const step = property(array(constantFrom(...moves), { maxLength: 12 }), (walk) => {
      let embargo = anEmbargo();
      for (const move of walk) {
        const by = [OWNER, MANAGER].find(
          (one) => judged(move, one, embargo, { plan: 'patch:7' }).verdict === 'pass',
        );
        if (by !== undefined) embargo = { ...embargo, state: EMBARGO_MOVES[move].to };
      }
      expect(mayShow(embargo, 'patch:7')).toBe(false);
    });

    assert(step);
  });
});

describe('what may be shown', () => {
  it.each(EMBARGO_STATES)('while %s', (state) => {
    const embargo = anEmbargo({ state, plan: 'patch:7' });

    expect(mayShow(embargo, 'patch:7')).toBe(
      ['disclosing', 'disclosed', 'texts_public', 'declassified'].includes(state),
    );
    expect(mayShow(embargo, 'patch:8')).toBe(['disclosed', 'texts_public', 'declassified'].includes(state));
  });
});

describe('the audience', () => {
  it.each([
    [SECURITY, true],
    [MANAGER, true],
    [OWNER, true],
    [REVIEWER, true],
    [{ id: 'omar', roles: [] }, true],
    [STRANGER, false],
    [{ id: 'security-engineer', roles: [] }, false],
    [{ id: 'x', roles: [OWNER.id] }, false],
  ])('%j may read: %s', (person, may) => {
    expect(mayRead(person, anEmbargo(), NOW)).toBe(may);
  });

  it('ends by itself', () => {
    expect(mayRead(OWNER, anEmbargo(), '2027-02-18T11:59:59.999Z')).toBe(true);
    expect(mayRead(OWNER, anEmbargo(), '2027-02-18T12:00:00.000Z')).toBe(false);
  });

  it('is not widened when the code is disclosed, and is everybody when the texts are public', () => {
    expect(mayRead(STRANGER, anEmbargo({ state: 'disclosed' }), NOW)).toBe(false);
    expect(mayRead(STRANGER, anEmbargo({ state: 'texts_public' }), NOW)).toBe(true);
  });
});

it('tells the uncleared of every move and state exactly what they hear of something that does not exist', () => {
  for (const move of Object.keys(EMBARGO_MOVES) as EmbargoMove[])
    for (const state of EMBARGO_STATES) {
      const embargo = anEmbargo({ state });
      const { uncleared } = judgeMove({ move, by: STRANGER, embargo, now: NOW, facts: {} });

      expect(uncleared).toEqual(nothingThere(embargo.id));
    }
});

it.each(['default', '18.6'])('knows the branch of a topic on %s by its name', (line) => {
  const embargo = 'embargo:k3v9x0q2ab';

  expect(topicOfBranch(topicBranchOf(embargo, line))).toEqual({ embargo, line });
});

it.each(['topic/k3v9x0q2ab/master', 'topic/K3V9X0Q2AB/18.6', 'my-topic/k3v9x0q2ab/18.6', 'topic/k3v9x0q2ab'])(
  '%s is the branch of no topic',
  (branch) => {
    expect(topicOfBranch(branch)).toBeUndefined();
  },
);

it('is a secret until its code is public, also when it is given up or has leaked', () => {
  expect(EMBARGO_STATES.filter((state) => !isSecret({ state }))).toEqual([
    'disclosed',
    'texts_public',
    'declassified',
  ]);
});

it('is read by everybody once its texts are public, or when it never was one', () => {
  const open = EMBARGO_STATES.filter((state) => isOpenToAll({ state }));

  expect(open).toEqual(['texts_public', 'declassified']);
  for (const state of EMBARGO_STATES)
    expect(mayRead(STRANGER, anEmbargo({ state }), NOW)).toBe(open.includes(state));
});

it.each([
  ['2026-11-20T11:59:59.000Z', ['texts_public']],
  ['2026-10-21T12:00:00.001Z', ['texts_public']],
  ['2026-10-21T12:00:00.000Z', ['texts_public', 'declassified']],
])('is past once its texts are public, or thirty days after it was declassified: since %s', (since, past) => {
  expect(EMBARGO_STATES.filter((state) => isPast({ state, since }, NOW))).toEqual(past);
});

it('waits for managed systems in every state but after a leak', () => {
  expect(EMBARGO_STATES.filter((state) => !awaitsSystems({ state }))).toEqual(['compromised']);
});

it('keeps its texts for thirty days after its code is public', () => {
  expect(textsDueAt('2026-11-12T09:00:00.000Z')).toBe('2026-12-12T09:00:00.000Z');
});

it('is taken by releases until one has claimed it, and is disclosed by them alone', () => {
  expect(EMBARGO_STATES.filter((state) => isUndisclosed({ state }))).toEqual([
    'opened',
    'fixed_on_managed_systems',
    'sealed',
    'compromised',
  ]);
  expect(EMBARGO_STATES.filter((state) => hasEnded({ state }))).toEqual(['disclosed', 'texts_public']);
});
