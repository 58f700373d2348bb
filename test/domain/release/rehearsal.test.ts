import {
  obstaclesOf,
  rehearsedLines,
  rolesToSign,
  whatMoved,
  type Rehearsal,
  type RehearsalSignature,
} from '../../../domain/release/rehearsal';

const PASS = { verdict: 'pass', sentence: 'All 3 objects are known to be no secret.', evidence: [] } as const;
const DENIED = { verdict: 'fail', sentence: 'It names something that is not public.', evidence: [] } as const;

function rehearsal(but: Partial<Rehearsal> = {}): Rehearsal {
  return {
    versions: ['18.6.2'],
    pushes: [
      {
        project: 'gitaly',
        of: '18.6.2',
        refs: [
          { ref: 'refs/heads/18-6-stable', from: 'aaa', to: 'bbb' },
          { ref: 'refs/tags/v18.6.2', to: 'ccc' },
        ],
        verdict: PASS,
      },
    ],
    packages: [{ project: 'gitaly', version: '18.6.2', file: 'gitaly.tar.gz', sha256: 'ddd' }],
    texts: [{ project: 'gitaly', name: 'release page of v18.6.2', text: 'Fixes.', verdict: PASS }],
    ...but,
  };
}

describe('what was rehearsed', () => {
  it('is a line for each ref from old to new, each package and each text', () => {
    expect(rehearsedLines(rehearsal())).toEqual([
      ['gitaly 18.6.2 gitaly.tar.gz', 'ddd'],
      ['gitaly refs/heads/18-6-stable', 'aaa -> bbb, pass'],
      ['gitaly refs/tags/v18.6.2', 'new -> ccc, pass'],
      ['gitaly release page of v18.6.2', 'Fixes., pass'],
    ]);
  });

  it.each<[string, Partial<Rehearsal>, readonly string[]]>([
    ['nothing', {}, []],
    ['a package', { packages: [] }, ['gitaly 18.6.2 gitaly.tar.gz']],
    [
      'a text that the gate refuses by now',
      { texts: rehearsal().texts.map((text) => ({ ...text, verdict: DENIED })) },
      ['gitaly release page of v18.6.2'],
    ],
    [
      'every ref of a push that was composed again',
      { pushes: [] },
      ['gitaly refs/heads/18-6-stable', 'gitaly refs/tags/v18.6.2'],
    ],
  ])('says what moved since: %s', (_case, but, moved) => {
    expect(whatMoved(rehearsal(), rehearsal(but))).toEqual(moved);
  });

  it('is another one where a push cannot be made, and again where that is for another reason', () => {
    const push = { project: 'gitaly', of: 'master', refs: [] };
    const [conflict, lost] = ['It does not merge.', 'It is gone.'].map((sentence) =>
      rehearsal({ pushes: [{ ...push, verdict: { ...DENIED, sentence } }] }),
    );
    if (conflict === undefined || lost === undefined) throw new Error('there are two');

    expect(rehearsedLines(conflict)).toContainEqual(['gitaly master', 'It does not merge., fail']);
    expect(whatMoved(rehearsal({ pushes: [] }), conflict)).toEqual(['gitaly master']);
    expect(whatMoved(conflict, lost)).toEqual(['gitaly master']);
    expect(obstaclesOf(conflict)).toHaveLength(1);
  });

  it('names what the gate would refuse', () => {
    const texts = rehearsal().texts.map((text) => ({ ...text, verdict: DENIED }));

    expect(obstaclesOf(rehearsal())).toEqual([]);
    expect(obstaclesOf(rehearsal({ texts }))).toEqual(texts);
  });
});

function sign(id: string, roles: readonly string[], digest = 'now'): RehearsalSignature {
  return { digest, by: { id, roles }, reason: 'Looked at every line.', at: '2026-12-01T09:30:00.000Z' };
}

describe('signatures of a rehearsal', () => {
  const ROLES = ['security-engineer', 'release-manager'];
  it.each<[string, readonly RehearsalSignature[], readonly string[]]>([
    ['nobody', [], ROLES],
    ['AppSec', [sign('sam', ['security-engineer'])], ['release-manager']],
    ['both', [sign('sam', ['security-engineer']), sign('rosa', ['release-manager'])], []],
    ['one person of both roles, twice', [sign('sam', ROLES), sign('sam', ROLES)], ['release-manager']],
    ['one of both roles and a release manager', [sign('sam', ROLES), sign('rosa', ['release-manager'])], []],
    ['a release manager and one of both roles', [sign('rosa', ['release-manager']), sign('sam', ROLES)], []],
    [
      'both, before something moved',
      [sign('sam', ['security-engineer'], 'before'), sign('rosa', ['release-manager'], 'before')],
      ROLES,
    ],
  ])('by %s', (_case, signatures, missing) => {
    expect(rolesToSign(ROLES, { digest: 'now', signatures })).toEqual(missing);
  });
});
