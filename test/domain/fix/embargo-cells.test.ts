import type { Embargo } from '../../../domain/embargo/embargo';
import { embargoCells, type EmbargoCellFacts, type LeftOutThen } from '../../../domain/fix/embargo-cells';
import { isOpen, type Carrier } from '../../../domain/fix/fix-board';
import { sealedEmbargo } from '../embargo/sealed-embargo';

const NOW = '2026-11-25T12:00:00.000Z';
const HEAD = 'a'.repeat(40);
const MARIA = { id: 'maria', roles: ['release-manager'] };
const PULLED = { by: MARIA, reason: 'It breaks logins.', since: NOW };

function embargo(but: Partial<Embargo> = {}): Embargo {
  const lines = ['18.6', '18.5'];
  return sealedEmbargo(lines, { topics: lines.map((line) => topic('gitaly', line)), ...but });
}

function topic(project: string, line: string) {
  return { project, line, branch: `topic/k3v9x0q2ab/${line}`, head: HEAD };
}

function carrier(but: Partial<Carrier> = {}): Carrier {
  return {
    release: 'patch:7',
    version: '18.6.2',
    minor: '18.6',
    project: 'gitaly',
    state: 'built',
    at: NOW,
    head: HEAD,
    ...but,
  };
}

function leftOut(but: Partial<LeftOutThen> = {}): LeftOutThen {
  return {
    release: 'patch:7',
    embargo: 'embargo:k3v9x0q2ab',
    verdict: {
      verdict: 'fail',
      sentence: 'It does not merge into 18-6-stable of gitaly; merge the branch into its topic.',
      whoActs: 'ada',
      evidence: [{ label: 'file', value: 'escape.rb' }],
    },
    heads: [HEAD],
    at: NOW,
    ...but,
  };
}

function newest(one: Embargo, facts: Partial<EmbargoCellFacts> = {}) {
  const [cell] = embargoCells(one, {
    owing: ['18.6', '18.5'],
    carriers: [],
    leftOut: [],
    now: NOW,
    ...facts,
  });
  return cell;
}

const WAITS = { who: 'release-manager', sentence: '1 approval of published is missing' };
const DATE = '2026-12-01T12:00:00.000Z';

const UNACCEPTED = {
  verdict: 'fail',
  sentence: 'security/gitaly!3 lacks one approval.',
  whoActs: 'security-engineer',
  evidence: [{ label: 'merge request', value: 'security/gitaly!3' }],
} as const;

const NOT_EVERYWHERE = {
  verdict: 'wait',
  sentence: 'The fix in gitaly is not on gprd yet; each gets it, or is named as an exception.',
  whoActs: 'operators of gprd',
  evidence: [
    { label: 'managed systems', value: 'gprd, file' },
    { label: 'gprd', value: HEAD },
    // What a system is called is up to whoever runs it.
    { label: 'file', value: HEAD },
  ],
} as const;

const BUILT_ON = {
  verdict: 'fail',
  sentence: 'Its topic holds commits that are secret still and not its own.',
  whoActs: 'ada',
  evidence: [{ label: 'built on', value: 'another secret' }],
} as const;

function leftOutThen(sentence: string): string {
  return `At ${NOW} patch:7 left it out: ${sentence} The next patch that closes asks again.`;
}

describe('a cell of a fix under embargo says where it stands, who acts and until when', () => {
  it.each<[string, Partial<Embargo>, Partial<EmbargoCellFacts>, object]>([
    ['sealed and whole', {}, {}, { state: 'ready', verdict: { verdict: 'pass' } }],
    [
      'without a topic there',
      { topics: [topic('gitaly', '18.5')] },
      {},
      { state: 'missing', verdict: { sentence: 'It has no topic for gitaly on 18.6.', whoActs: 'ada' } },
    ],
    [
      'without a topic elsewhere',
      { topics: [topic('gitaly', '18.6')] },
      {},
      { state: 'left_out', verdict: { sentence: 'It has no topic for gitaly on 18.5.' } },
    ],
    [
      'not sealed',
      { state: 'opened' },
      {},
      { state: 'not_sealed', verdict: { whoActs: 'security-engineer' } },
    ],
    ['before its date', { notBefore: DATE }, {}, { state: 'waits', verdict: { lookAgainAt: DATE } }],
    [
      'pulled',
      { pulled: PULLED },
      {},
      { state: 'pulled', verdict: { sentence: expect.stringContaining('It breaks logins.') } },
    ],
    [
      'that did not merge',
      {},
      { leftOut: [leftOut()] },
      { state: 'conflict', release: 'patch:7', verdict: { whoActs: 'ada' } },
    ],
    [
      'whose merge request was not accepted when a patch closed',
      {},
      { leftOut: [leftOut({ verdict: UNACCEPTED })] },
      {
        state: 'waits_for_approval',
        verdict: {
          sentence: leftOutThen(UNACCEPTED.sentence),
          whoActs: 'security-engineer',
        },
      },
    ],
    [
      'that a managed system lacked when a patch closed',
      {},
      { leftOut: [leftOut({ verdict: NOT_EVERYWHERE })] },
      {
        state: 'left_out',
        release: 'patch:7',
        verdict: {
          verdict: 'wait',
          sentence: leftOutThen(NOT_EVERYWHERE.sentence),
          whoActs: 'operators of gprd',
        },
      },
    ],
    [
      'that was built on another when a patch closed',
      {},
      { leftOut: [leftOut({ verdict: BUILT_ON })] },
      {
        state: 'left_out',
        verdict: { verdict: 'fail', sentence: leftOutThen(BUILT_ON.sentence), whoActs: 'ada' },
      },
    ],
    [
      'that was built on another, and based anew since',
      {},
      { leftOut: [leftOut({ verdict: BUILT_ON, heads: ['b'.repeat(40)] })] },
      { state: 'ready' },
    ],
    [
      'that did not merge, and was reworked since',
      {},
      { leftOut: [leftOut({ heads: ['b'.repeat(40)] })] },
      { state: 'ready', release: 'patch:7' },
    ],
    [
      'for its stable branch, before anything of the minor is out',
      {},
      { born: ['18.6'] },
      { state: 'ready' },
    ],
    [
      'for a minor alone of which nothing is out',
      { affects: [{ line: '18.6', evidence: 'tried' }], topics: [topic('gitaly', '18.6')] },
      { born: ['18.6'] },
      {
        state: 'left_out',
        verdict: {
          sentence: expect.stringMatching(/^No version of the patch would have it/),
          whoActs: 'ada',
        },
      },
    ],
    [
      'boarded',
      {},
      { carriers: [carrier()] },
      { state: 'boarded', version: '18.6.2', verdict: { sentence: 'patch:7 has it in 18.6.2.' } },
    ],
    [
      'boarded in what waits for people',
      {},
      { carriers: [carrier({ waitsFor: WAITS })] },
      { state: 'waits_for_approval', verdict: { whoActs: 'release-manager' } },
    ],
    [
      'boarded, and reworked since',
      {},
      { carriers: [carrier({ head: 'b'.repeat(40) })] },
      { state: 'boarded', verdict: { sentence: expect.stringContaining('composed again') } },
    ],
    [
      'boarded and pulled since',
      { pulled: PULLED },
      { carriers: [carrier()] },
      { state: 'pulled', verdict: { sentence: expect.stringContaining('composes 18.6.2 again without it') } },
    ],
    [
      'being published',
      { state: 'disclosing', plan: 'patch:7' },
      { carriers: [carrier({ state: 'publishing' })] },
      { state: 'boarded', verdict: { sentence: 'patch:7 is publishing it in 18.6.2.' } },
    ],
    [
      'published',
      { state: 'disclosing', plan: 'patch:7' },
      { carriers: [carrier({ state: 'published' })] },
      { state: 'published', verdict: { sentence: 'Published in 18.6.2.' } },
    ],
    [
      'disclosed',
      { state: 'disclosed' },
      { carriers: [carrier({ state: 'published' })] },
      { state: 'disclosed', version: '18.6.2' },
    ],
  ])('%s', (_case, but, facts, expected) => {
    expect(newest(embargo(but), facts)).toMatchObject({ minor: '18.6', project: 'gitaly', ...expected });
  });

  it('is unknown since when, where nobody can tell which minors owe it', () => {
    const [cell] = embargoCells(embargo(), { carriers: [], leftOut: [], now: NOW });

    expect(cell).toMatchObject({
      state: 'unknown',
      verdict: { verdict: 'unknown', sentence: expect.stringContaining(`Unknown since ${NOW}`) },
    });
  });

  it('is there for a minor that was born since, and for every project, newest minor first', () => {
    const one = embargo({ affects: ['default', '18.6'].map((line) => ({ line, evidence: 'tried' })) });
    const cells = embargoCells(
      { ...one, topics: [topic('gitaly', '18.6'), topic('gitlab', '18.6')] },
      { owing: ['18.7', '18.6', '18.5'], carriers: [], leftOut: [], now: NOW },
    );

    expect(cells.map(({ project, minor, state }) => [project, minor, state])).toEqual([
      ['gitaly', '18.7', 'missing'],
      ['gitaly', '18.6', 'left_out'],
      ['gitlab', '18.7', 'missing'],
      ['gitlab', '18.6', 'left_out'],
    ]);
  });
});

describe('a disclosed fix that a branch has lost', () => {
  const REVERT = {
    embargo: 'embargo:k3v9x0q2ab',
    project: 'gitaly',
    branch: '18-6-stable',
    line: '18.6',
    merged: 'a1'.repeat(20),
    commit: 'b2'.repeat(20),
    isMerge: true,
  };
  const DISCLOSED = embargo({
    state: 'disclosed',
    publicTitle: 'Tokens are compared safely',
    cve: 'CVE-2026-1',
  });
  const WHAT =
    'b2b2b2b2b2b2 on 18-6-stable of gitaly takes back “Tokens are compared safely (CVE-2026-1)”, which a1a1a1a1a1a1 brought there: whatever is published from it would lack a security fix that published versions have.';

  function cellsWith(reverts: EmbargoCellFacts['reverts'] = []) {
    const carriers = ['18.6', '18.5'].map((minor) =>
      carrier({ minor, version: `${minor}.2`, state: 'published' }),
    );
    return embargoCells(DISCLOSED, { owing: ['18.6', '18.5'], carriers, leftOut: [], now: NOW, reverts });
  }

  it('is open again in that minor alone, for AppSec, with what happened and both ways to go on', () => {
    const cells = cellsWith([REVERT]);

    expect(cells.map(({ minor, state }) => [minor, state])).toEqual([
      ['18.6', 'reverted'],
      ['18.5', 'disclosed'],
    ]);
    expect(cells[0]?.verdict).toMatchObject({
      verdict: 'fail',
      whoActs: 'security-engineer',
      sentence: `${WHAT} A task on the security side of gitaly has the command that brings it again; \`signalbox fix accept-revert gitaly ${REVERT.commit} --reason '…'\` lets it be.`,
    });
    expect(isOpen({ cells })).toBe(true);
  });

  it('is over once somebody accepts it, and names who did and why', () => {
    const by = { id: 'sena', roles: ['security-engineer'] };
    const cells = cellsWith([{ ...REVERT, acceptance: { by, reason: 'A better one is there.', at: NOW } }]);

    expect(cells[0]?.state).toBe('reverted');
    expect(cells[0]?.verdict).toMatchObject({
      verdict: 'pass',
      sentence: `${WHAT} sena accepted that at ${NOW}: A better one is there.`,
    });
    expect(isOpen({ cells })).toBe(false);
  });

  it('is told of the default branch, too, for which there is no version yet', () => {
    const cells = cellsWith([{ ...REVERT, branch: 'master', line: 'default' }]);

    expect(cells.map(({ minor, state }) => [minor, state])).toEqual([
      ['18.6', 'disclosed'],
      ['18.5', 'disclosed'],
      ['default', 'reverted'],
    ]);
  });
});
