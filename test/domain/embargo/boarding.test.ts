import { boardingOf, topicsFor, type BoardingFacts } from '../../../domain/embargo/boarding';
import type { Embargo } from '../../../domain/embargo/embargo';
import { sealedEmbargo } from './sealed-embargo';

const NOW = '2026-11-25T12:00:00.000Z';
const ALL = ['18.6', '18.5', '18.4'];
const FACTS: BoardingFacts = { minors: ALL, owing: ALL, born: [], standing: new Map(), now: NOW };

function topicsOf(project: string, lines: readonly string[]): Embargo['topics'] {
  return lines.map((line) => ({
    project,
    line,
    branch: `topic/k3v9x0q2ab/${line}`,
    head: `${project} ${line}`,
  }));
}

function embargo(but: Partial<Embargo> = {}): Embargo {
  const lines = ['default', ...ALL];
  return sealedEmbargo(lines, { topics: topicsOf('gitlab', lines), ...but });
}

function reasonFor(one: Embargo, facts = FACTS): string | undefined {
  return boardingOf([one], facts).leftOut[0]?.verdict.sentence;
}

describe('a fix boards a patch', () => {
  it('when it is sealed and has a topic for every project and line that owes it', () => {
    const { boarded, leftOut } = boardingOf([embargo()], FACTS);

    expect(boarded.map(({ id }) => id)).toEqual(['embargo:k3v9x0q2ab']);
    expect(leftOut).toEqual([]);
  });

  it('in registry order, whatever the order it was read in', () => {
    const second = embargo({ id: 'embargo:zzzzzzzzzz', ordinal: 2 });

    const { boarded } = boardingOf([second, embargo()], FACTS);

    expect(boarded.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect(topicsFor({ boarded }, { project: 'gitlab', line: '18.5' })).toEqual([
      { embargo: 'embargo:k3v9x0q2ab', ordinal: 1, head: 'gitlab 18.5' },
      { embargo: 'embargo:zzzzzzzzzz', ordinal: 2, head: 'gitlab 18.5' },
    ]);
    expect(topicsFor({ boarded }, { project: 'gitaly', line: '18.5' })).toEqual([]);
  });

  it('at once after it leaked, sealed or not, and before the date that was agreed on', () => {
    const leaked = embargo({ state: 'compromised', notBefore: '2027-01-01T00:00:00.000Z' });

    expect(reasonFor(leaked)).toBeUndefined();
  });

  it('when a minor that was born since has a topic, too: its stable branch gets the fix', () => {
    const lines = ['default', '18.7', ...ALL];
    const facts = { ...FACTS, owing: ['18.7', ...ALL], born: ['18.7'] };

    expect(reasonFor(embargo({ topics: topicsOf('gitlab', lines) }), facts)).toBeUndefined();
  });

  it('that makes one of its versions again, while the others have the fix', () => {
    const standing = new Map([['embargo:k3v9x0q2ab', ['18.6', '18.4']]]);

    expect(reasonFor(embargo(), { ...FACTS, minors: ['18.5'], standing })).toBeUndefined();
    expect(reasonFor(embargo(), { ...FACTS, minors: ['18.5'] })).toMatch(/is not fixed in 18\.6, 18\.4/);
  });

  it('also when a minor that it does not affect is left out of the patch', () => {
    const one = embargo({
      affects: [{ line: '18.6', evidence: 'tried' }],
      topics: topicsOf('gitlab', ['18.6']),
    });

    expect(reasonFor(one, { ...FACTS, minors: ['18.6'] })).toBeUndefined();
  });
});

describe('a fix is left out by name', () => {
  it.each<[string, Partial<Embargo>, RegExp]>([
    ['without any topic', { topics: [] }, /^It has no topic yet\.$/],
    [
      'with a backport missing',
      { topics: topicsOf('gitlab', ['default', '18.6', '18.4']) },
      /^It has no topic for gitlab on 18\.5\.$/,
    ],
    [
      'with a second project that is fixed on the default branch alone',
      { topics: [...topicsOf('gitlab', ['default', ...ALL]), ...topicsOf('gitaly', ['default'])] },
      /^It has no topic for gitaly on 18\.6, gitaly on 18\.5, gitaly on 18\.4\.$/,
    ],
    ['while it is only opened', { state: 'opened' }, /AppSec seals it/],
    [
      'while it is fixed on managed systems and not sealed',
      { state: 'fixed_on_managed_systems' },
      /not sealed/,
    ],
    [
      'before the date that was agreed on',
      { notBefore: '2026-11-25T12:00:00.001Z' },
      /not be disclosed before/,
    ],
  ])('%s', (_case, but, sentence) => {
    expect(reasonFor(embargo(but))).toMatch(sentence);
  });

  it('when a minor was born since, which was cut from a default branch that has the hole', () => {
    const facts = { ...FACTS, owing: ['18.7', ...ALL] };

    expect(reasonFor(embargo(), facts)).toMatch(/^It has no topic for gitlab on 18\.7\.$/);
  });

  it.each<[string, Partial<Embargo>]>([
    ['the default branch alone', { affects: [{ line: 'default', evidence: 'tried' }] }],
    ['a minor of which nothing is out', {}],
  ])('when no version of the patch would have it: it is for %s', (_, but) => {
    const lines = ['default', '18.7'];
    const affects = lines.map((line) => ({ line, evidence: 'tried' }));
    const one = embargo({ affects, topics: topicsOf('gitlab', lines), ...but });
    const facts = { ...FACTS, owing: ['18.7', ...ALL], born: ['18.7'] };

    expect(reasonFor(one, facts)).toBe(
      'No version of the patch would have it: its topics are for default, 18.7 alone.' +
        ' It boards the first patch with a version of a minor that it has a topic for.',
    );
    expect(reasonFor(one, { ...facts, minors: ['18.7', ...ALL], born: [] })).toBeUndefined();
    // One of its other versions is made again.
    expect(reasonFor(one, { ...facts, standing: new Map([[one.id, ['18.7']]]) })).toBeUndefined();
  });

  it('when the patch leaves out a minor that owes it', () => {
    expect(reasonFor(embargo(), { ...FACTS, minors: ['18.6', '18.5'] })).toMatch(/is not fixed in 18\.4/);
  });

  it.each(['disclosing', 'disclosed', 'texts_public', 'withdrawn', 'declassified'] as const)(
    'never when it is %s: there is nothing to wait for',
    (state) => {
      expect(boardingOf([embargo({ state })], FACTS)).toEqual({ boarded: [], leftOut: [] });
    },
  );
});
