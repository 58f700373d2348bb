import { leftOutSentence, startable } from '../../../domain/calendar/startable';

const OUT = new Set(['18.6', '18.5']);

function patch(...minors: readonly string[]) {
  return startable({ kind: 'patch', release: 'patch:2026-12-09', minors }, OUT);
}

describe('what a release of the calendar is made of when it starts', () => {
  it.each([
    ['all its lines where they are out', patch('18.6', '18.5'), ['18.6', '18.5'], []],
    ['what is out where a monthly has slipped', patch('18.7', '18.6'), ['18.6'], ['18.7']],
  ] as const)('of a patch: %s', (_what, found, minors, leftOut) => {
    expect(found).toEqual({ minors, leftOut });
  });

  it('of a patch: nothing where no line of it is out', () => {
    expect(patch('18.8', '18.7')).toEqual({ refused: 'no line of patch:2026-12-09 is out: 18.8, 18.7' });
  });

  it.each([
    ['18.7', { minors: ['18.7'], leftOut: [] }],
    ['18.6', { refused: '18.6.0 is released already' }],
  ])('of a monthly %s: its minor, unless it is out already', (minor, expected) => {
    expect(startable({ kind: 'monthly', release: `monthly:${minor}`, minors: [minor] }, OUT)).toEqual(
      expected,
    );
  });
});

it.each([
  [[], undefined],
  [['18.7'], 'The calendar has it for 18.7 as well, which is not out: it starts without.'],
  [['18.8', '18.7'], 'The calendar has it for 18.8, 18.7 as well, which are not out: it starts without.'],
])('the record says what was left out: %j', (leftOut, sentence) => {
  expect(leftOutSentence(leftOut)).toBe(sentence);
});
