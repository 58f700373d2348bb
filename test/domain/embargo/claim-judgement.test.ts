import {
  judgeClaim,
  type ClaimAsked,
  type ClaimJudgement,
  type FactsUnderLock,
  type KnownBefore,
} from '../../../domain/embargo/claim-judgement';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import type { Embargo } from '../../../domain/embargo/embargo';
import { sealedEmbargo } from './sealed-embargo';

const MINORS = ['18.6', '18.5', '18.4'];
const ID = 'embargo:k3v9x0q2ab';

const LINES = ['default', ...MINORS];
const EMBARGO = sealedEmbargo(LINES, {
  id: ID,
  topics: LINES.map((line) => ({ project: 'gitaly', line, branch: '', head: line })),
});

const PATCH: ClaimAsked = {
  release: 'patch:1',
  kind: 'patch',
  versions: MINORS.map((minor) => `${minor}.2`),
  fixes: fixesIn(
    MINORS.map((minor) => ({
      version: `${minor}.2`,
      minor,
      projects: [{ project: 'gitaly', disclosed: { topics: [{ embargo: ID, head: minor }] } }],
    })),
  ),
  policies: [{ from: '2020-01-01', previousMinors: 2 }],
  now: '2026-11-25T12:00:00.000Z',
};
const FIRST: ClaimAsked = {
  ...PATCH,
  release: 'monthly:18.7',
  kind: 'monthly',
  versions: ['18.7.0'],
  fixes: [],
};

const KNOWN: KnownBefore = {
  minors: { out: MINORS, branched: MINORS, atOpening: MINORS },
  taken: [],
  ended: new Set(),
  absent: new Set(),
};
const NOTHING: ClaimJudgement = { moved: [], lacking: [], unfinished: [], discloses: [] };

const REVERTED = {
  version: '18.6.2',
  minor: '18.6',
  refusal: { where: '18.6.2', what: 'somebody has reverted a fix', remedy: 'Bring it again' },
};

function judged(
  asked: ClaimAsked,
  {
    known = {},
    now = {},
  }: { readonly known?: Partial<KnownBefore>; readonly now?: Partial<FactsUnderLock> } = {},
): ClaimJudgement {
  const facts = { embargoes: [EMBARGO], claimed: [], ...now };
  return judgeClaim(asked, { known: { ...KNOWN, ...known }, now: facts });
}

describe('a patch', () => {
  it('discloses what it was composed with', () => {
    expect(judged(PATCH)).toEqual({ ...NOTHING, discloses: [ID] });
  });

  it.each<[string, Parameters<typeof judged>[1], Partial<ClaimJudgement>]>([
    ['a name that somebody else has taken', { known: { taken: ['18.6.2'] } }, { moved: ['18.6.2'] }],
    ['a fix that is gone', { now: { embargoes: [] } }, { moved: PATCH.versions, discloses: [] }],
    ['a fix that a managed system has lost', { known: { absent: new Set([ID]) } }, { moved: PATCH.versions }],
    [
      'less than a public version has, which is on the stable branch by now',
      { known: { fallen: [{ version: '18.6.2', minor: '18.6', floor: '18.6.1', isOnStableBranch: true }] } },
      { moved: ['18.6.2'] },
    ],
    [
      'less than a public version has, and the stable branch, too',
      {
        known: {
          fallen: [
            { version: '18.6.2', minor: '18.6', floor: '18.6.1', isOnStableBranch: true },
            { version: '18.5.2', minor: '18.5', floor: '18.5.1', isOnStableBranch: false },
          ],
        },
      },
      {
        moved: ['18.6.2'],
        refusal: {
          where: '18.5.2',
          what: 'it lacks a security fix that 18.5.1 has',
          remedy:
            'Have the stable branch of 18.5 contain 18.5.1 again, then resume the step: 18.5.2 is cut again',
        },
      },
    ],
    [
      'a fix that was reverted when it was cut, and brought again since',
      { known: { reverted: [{ ...REVERTED, isOnStableBranch: true }] } },
      { moved: ['18.6.2'] },
    ],
    [
      'a fix that is reverted',
      { known: { reverted: [{ ...REVERTED, isOnStableBranch: false }] } },
      { refusal: REVERTED.refusal },
    ],
    [
      'a minor that came out since it opened, for which the fix is not written',
      { known: { minors: { ...KNOWN.minors, out: ['18.7', ...MINORS] } } },
      { moved: PATCH.versions, lacking: ['18.7'] },
    ],
    [
      'a minor that was claimed since it opened',
      { now: { claimed: ['18.7.0'] } },
      { moved: PATCH.versions, lacking: ['18.7'] },
    ],
  ])('does not stand with: %s', (_, facts, expected) => {
    expect(judged(PATCH, facts)).toEqual({ ...NOTHING, discloses: [ID], ...expected });
  });

  it.each<[Embargo['state'], string | undefined]>([
    ['compromised', undefined],
    ['disclosing', PATCH.release],
  ])('waits for no managed system with a fix that is %s', (state, plan) => {
    const { plan: _none, ...open } = EMBARGO;
    const embargoes = [{ ...open, state, ...(plan === undefined ? {} : { plan }) }];

    expect(judged(PATCH, { known: { absent: new Set([ID]) }, now: { embargoes } }).moved).toEqual([]);
  });

  it.each<[string, Parameters<typeof judged>[1]]>([
    ['where nothing is under embargo', { known: { unread: ['cell-1'] }, now: { embargoes: [] } }],
    ['with a fix that nobody knows of', { known: { unread: ['cell-1'], unsure: new Set([ID]) } }],
    ['with a fix that the others have', { known: { unread: ['cell-1'] } }],
  ])('is refused while nobody knows what a managed system runs, in the same words %s', (_, facts) => {
    const asked = facts?.now === undefined ? PATCH : { ...PATCH, fixes: [] };

    const { moved, refusal } = judged(asked, facts);

    expect(moved).toEqual([]);
    expect(refusal).toEqual({
      where: 'cell-1',
      what: 'what was brought there last is a commit that no repository of its project has, so nobody knows what runs there',
      remedy: 'Have the operators of cell-1 deploy what is in one, then resume the step',
    });
  });

  it('is composed again without a fix of which nobody knows, where what every managed system runs is known', () => {
    const known = { unsure: new Set([ID]) };

    expect(judged(PATCH, { known })).toEqual({ ...NOTHING, discloses: [ID], moved: PATCH.versions });
  });

  it('is composed again without a fix that was lost, whatever else nobody knows', () => {
    const known = { absent: new Set([ID]), unread: ['cell-1'] };

    expect(judged(PATCH, { known })).toEqual({ ...NOTHING, discloses: [ID], moved: PATCH.versions });
  });

  it('waits for no answer of a managed system with a fix that has leaked', () => {
    const embargoes = [{ ...EMBARGO, state: 'compromised' as const }];
    const known = { unsure: new Set([ID]), unread: ['cell-1'] };

    expect(judged(PATCH, { known, now: { embargoes } })).toEqual({ ...NOTHING, discloses: [ID] });
  });

  it('discloses nothing for the second time, and again what has leaked in between', () => {
    const stateOf = (state: Embargo['state']) => ({
      now: { embargoes: [{ ...EMBARGO, state, plan: PATCH.release }] },
    });

    expect(judged(PATCH, stateOf('disclosing'))).toEqual(NOTHING);
    expect(judged(PATCH, stateOf('disclosed'))).toEqual(NOTHING);
    expect(judged(PATCH, stateOf('compromised'))).toEqual({ ...NOTHING, discloses: [ID] });
  });
});

describe('a unit with X.Y.0', () => {
  type Place = 'version' | 'stable branch' | 'neither';

  function judgedFirst(
    embargo: Partial<Embargo>,
    { place, ended = false }: { readonly place: Place; readonly ended?: boolean },
  ): ClaimJudgement {
    const contained = {
      minor: '18.7',
      version: '18.7.0',
      inVersion: new Set(place === 'version' ? [ID] : []),
      onStableBranch: new Set(place === 'neither' ? [] : [ID]),
    };
    const embargoes = [{ ...EMBARGO, plan: 'patch:1', ...embargo }];
    return judged(FIRST, { known: { contained, ended: new Set(ended ? [ID] : []) }, now: { embargoes } });
  }

  it.each<[Embargo['state'], Place, Partial<ClaimJudgement>]>([
    ['sealed', 'neither', {}],
    ['compromised', 'neither', {}],
    ['withdrawn', 'neither', {}],
    ['disclosing', 'version', {}],
    ['disclosed', 'version', {}],
    ['disclosing', 'stable branch', { lacking: ['18.7'] }],
    ['texts_public', 'stable branch', { lacking: ['18.7'] }],
    ['disclosing', 'neither', { unfinished: ['patch:1'] }],
    ['disclosed', 'neither', { unfinished: ['patch:1'] }],
  ])('with a fix that is %s and in its %s', (state, place, expected) => {
    expect(judgedFirst({ state }, { place })).toEqual({ ...NOTHING, ...expected });
  });

  it.each<Embargo['state']>(['disclosed', 'texts_public'])(
    'waits for a person where a fix was %s before canonical was read, and is nowhere',
    (state) => {
      const { refusal, ...others } = judgedFirst({ state }, { place: 'neither', ended: true });

      expect(others).toEqual(NOTHING);
      expect(refusal?.what).toBe(
        '18.7.0 lacks a security fix, which is public: 18.7.1 has to bring it in the same unit',
      );
      expect(refusal?.remedy).toContain('the stable branch of 18.7');
    },
  );

  it('is not held against a fix of its own, or one that the minor does not have', () => {
    const ended = { place: 'neither', ended: true } as const;
    const older = { affects: [{ line: '18.6', evidence: 'tried' }] };

    expect(judgedFirst({ state: 'disclosed', plan: FIRST.release }, ended)).toEqual(NOTHING);
    expect(judgedFirst({ state: 'disclosed', ...older }, ended)).toEqual(NOTHING);
  });

  it.each([
    ['is followed by X.Y.1 where its stable branch has it again', true, { lacking: ['18.7'] }],
    ['waits for a person where its stable branch has it no more', false, { refusal: REVERTED.refusal }],
  ])('with a fix that was reverted %s', (_, isOnStableBranch, expected) => {
    const reverted = [{ ...REVERTED, version: '18.7.0', minor: '18.7', isOnStableBranch }];

    expect(judged(FIRST, { known: { reverted } })).toEqual({ ...NOTHING, ...expected });
  });
});
