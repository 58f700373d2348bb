import { constantFrom, property, record, assert as forAll } from 'fast-check';
import { boardingOf } from '../../../domain/embargo/boarding';
import { movedVersions } from '../../../domain/embargo/disclosed-fix';
import { EMBARGO_STATES, type Embargo } from '../../../domain/embargo/embargo';
import { pullVerdict } from '../../../domain/embargo/pull';
import { ENGINE } from '../../../domain/release/release';
import { sealedEmbargo } from './sealed-embargo';

const NOW = '2026-11-25T12:00:00.000Z';
const MARIA = { id: 'maria', roles: ['release-manager'] };
const SENA = { id: 'sena', roles: ['security-engineer'] };
const ADA = { id: 'ada', roles: ['engineer'] };
const PULLED = { by: MARIA, reason: 'It breaks logins.', since: '2026-11-24T12:00:00.000Z' };

function embargo(but: Partial<Embargo> = {}): Embargo {
  return sealedEmbargo(['18.6'], {
    topics: [{ project: 'gitaly', line: '18.6', branch: 'topic/k3v9x0q2ab/18.6', head: 'a'.repeat(40) }],
    ...but,
  });
}

describe('who may pull a fix, and when', () => {
  it.each([
    ['a release manager pulls a sealed one', 'pull', MARIA, {}, 'pass', /nothing takes it until/],
    ['a security engineer does', 'pull', SENA, {}, 'pass', /is pulled/],
    ['its owner does', 'pull', ADA, {}, 'pass', /is pulled/],
    ['another engineer does not', 'pull', { id: 'erik', roles: ['engineer'] }, {}, 'fail', /Only a .*owner/],
    ['a leaked one is pulled too', 'pull', MARIA, { state: 'compromised' }, 'pass', /is pulled/],
    [
      'one that was claimed is not',
      'pull',
      MARIA,
      { state: 'disclosing', plan: 'patch:7' },
      'fail',
      /^patch:7 has claimed .*only way is forward\.$/,
    ],
    ['one that is out is not', 'pull', MARIA, { state: 'disclosed' }, 'fail', /is disclosed; there is no/],
    ['nor twice', 'pull', SENA, { pulled: PULLED }, 'fail', /maria pulled .* already.*It breaks logins/],
    ['a release manager returns it', 'return', MARIA, { pulled: PULLED }, 'pass', /is returned/],
    ['its owner alone does not', 'return', ADA, { pulled: PULLED }, 'fail', /Only a release-manager/],
    ['what was not pulled is not returned', 'return', MARIA, {}, 'fail', /was not pulled/],
  ] as const)('%s', (_case, act, by, but, verdict, sentence) => {
    const answer = pullVerdict({ act, by, embargo: embargo(but) });

    expect(answer.verdict).toBe(verdict);
    expect(answer.sentence).toMatch(sentence);
  });
});

describe('a pulled fix', () => {
  it('boards nothing, with the reason, whatever its state', () => {
    forAll(
      property(record({ state: constantFrom(...EMBARGO_STATES) }), ({ state }) => {
        const facts = { minors: ['18.6'], owing: ['18.6'], now: NOW };

        expect(boardingOf([embargo({ state, pulled: PULLED })], facts).boarded).toEqual([]);
      }),
    );
    const [out] = boardingOf([embargo({ pulled: PULLED })], {
      minors: ['18.6'],
      owing: ['18.6'],
      now: NOW,
    }).leftOut;
    expect(out?.verdict.sentence).toBe('maria pulled it at 2026-11-24T12:00:00.000Z: It breaks logins.');
  });

  it('has the versions that were composed with it composed again, unless they have claimed it', () => {
    const fix = { version: '18.6.2', project: 'gitaly', minor: '18.6', head: 'a'.repeat(40) };
    const facts = { release: 'patch:7', by: ENGINE, owing: ['18.6'], now: NOW };
    const moved = (one: Embargo) =>
      movedVersions([{ ...fix, embargo: one.id }], { ...facts, embargoes: [one] });

    expect(moved(embargo())).toEqual([]);
    expect(moved(embargo({ pulled: PULLED }))).toEqual(['18.6.2']);
    expect(moved(embargo({ state: 'disclosing', plan: 'patch:7' }))).toEqual([]);
  });
});
