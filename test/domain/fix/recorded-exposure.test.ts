import { publicSince, recordedPlaces } from '../../../domain/fix/recorded-exposure';

const [NINE, TEN, ELEVEN] = ['09', '10', '11'].map((hour) => `2026-11-25T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
];
const FIXED = { act: 'fixed_on_managed_systems', at: NINE };
const DISCLOSED = { act: 'disclosed', at: ELEVEN };

describe('everybody can know of the hole', () => {
  it.each([
    ['never while it is a secret', [FIXED], [{ state: 'reserved', at: NINE }], undefined],
    ['since its code is public', [FIXED, DISCLOSED], [], ELEVEN],
    ['since the first version that has it', [FIXED, DISCLOSED], [{ state: 'published', at: TEN }], TEN],
    ['since it leaked', [{ act: 'compromised', at: NINE }, DISCLOSED], [], NINE],
    ['since it was no secret any more', [{ act: 'declassified', at: TEN }], [], TEN],
  ] as const)('%s', (_, history, having, expected) => {
    expect(publicSince({ history, having })).toBe(expected);
  });
});

function changesOf(told: Parameters<typeof recordedPlaces>[0]) {
  return recordedPlaces(told).map(({ place, changes }) => [place, changes[0]?.at]);
}

describe('the records tell', () => {
  it('what was said of managed systems, and since when the source has it', () => {
    expect(changesOf({ history: [FIXED, DISCLOSED], having: [] })).toEqual([
      ['managed systems, as said', NINE],
      ['packages', undefined],
      ['source', ELEVEN],
    ]);
  });

  it('that packages have it once the last version is published, and not before', () => {
    const first = { state: 'published', at: NINE } as const;

    const half = changesOf({ history: [], having: [first, { state: 'publishing', at: TEN }] });
    const all = changesOf({ history: [], having: [{ state: 'published', at: TEN }, first] });

    expect(half[1]).toEqual(['packages', undefined]);
    expect(all[1]).toEqual(['packages', TEN]);
  });
});
