import { whatIf, type WantedRelease } from '../../../domain/release/what-if';

const OWING = ['18.6', '18.5'];
const FIX = { fix: 'embargo:k3v9x0q2ab', affects: ['default', '18.6', '18.5'] };

function patch(but: Partial<WantedRelease> = {}): WantedRelease {
  return {
    release: 'patch:7',
    kind: 'patch',
    versions: [
      { minor: '18.6', number: '18.6.2', isCut: true },
      { minor: '18.5', number: '18.5.4', isCut: true },
    ],
    fixes: [],
    ...but,
  };
}

function critical(but: Partial<WantedRelease> = {}): WantedRelease {
  return patch({
    release: 'a critical patch',
    versions: [{ minor: '18.6', number: '18.6.3', isCut: false }],
    ...but,
  });
}

function monthly(but: Partial<WantedRelease> = {}): WantedRelease {
  return {
    release: 'monthly:18.7',
    kind: 'monthly',
    versions: [{ minor: '18.7', number: '18.7.0', isCut: true }],
    fixes: [],
    first: 'untagged',
    ...but,
  };
}

function ask(...releases: readonly WantedRelease[]) {
  return whatIf({ releases, taken: ['18.6.2', '18.5.4', '18.7.0'], owing: OWING, rebuildMinutes: 40 });
}

describe('what if a monthly and a patch meet', () => {
  it('nobody is delayed in either order where nothing is disclosed', () => {
    for (const order of [
      [monthly(), patch()],
      [patch(), monthly()],
    ]) {
      const { numbers, burns, recompositions, rebuildMinutes, delayed } = ask(...order);

      expect(numbers.map(({ number }) => number).toSorted()).toEqual(['18.5.4', '18.6.2', '18.7.0']);
      expect({ burns, recompositions, rebuildMinutes, delayed }).toEqual({
        burns: [],
        recompositions: 0,
        rebuildMinutes: 0,
        delayed: [],
      });
    }
  });

  it.each([
    ['untagged', ['18.6.2', '18.5.4', '18.7.0'], /cuts 18\.7\.0 with embargo:/, [0, 0]],
    ['tagged', ['18.6.2', '18.5.4', '18.7.1', '18.7.0'], /publishes 18\.7\.1 with 18\.7\.0/, [1, 40]],
  ] as const)(
    'a fix that the patch discloses first reaches an X.Y.0 that is %s',
    (first, numbers, sentence, costs) => {
      const answer = ask(patch({ fixes: [FIX] }), monthly({ first }));

      expect(answer.numbers.map(({ number }) => number)).toEqual(numbers);
      expect(answer.delayed).toEqual([
        { release: 'monthly:18.7', sentence: expect.stringMatching(sentence) },
      ]);
      expect([answer.recompositions, answer.rebuildMinutes]).toEqual(costs);
    },
  );

  it('a fix waits where the monthly came out first and the patch has no version of its minor', () => {
    const answer = ask(monthly(), patch({ fixes: [FIX] }));

    expect(answer.delayed).toEqual([
      { release: 'patch:7', sentence: expect.stringContaining('owed to 18.7, too') },
    ]);
    expect(answer.recompositions).toBe(2);
  });
});

describe('what if a critical patch comes now', () => {
  it('costs the patch under way its number and one build in each minor that both have, and nothing else', () => {
    const answer = ask(critical(), patch());

    expect(answer.numbers.map(({ number }) => number)).toEqual(['18.6.3', '18.6.4', '18.5.4']);
    expect(answer.burns).toEqual([
      {
        release: 'patch:7',
        number: '18.6.2',
        replacedBy: '18.6.4',
        reason: 'a critical patch published 18.6.3, which 18.6.2 does not contain.',
      },
    ]);
    expect([answer.recompositions, answer.rebuildMinutes]).toEqual([1, 40]);
  });

  it('costs nothing when it comes after it', () => {
    expect(ask(patch(), critical())).toMatchObject({ burns: [], recompositions: 0, delayed: [] });
  });
});

it('no number is given out twice, and no minutes are told where none were measured', () => {
  const answer = whatIf({ releases: [critical(), patch(), monthly()], taken: ['18.6.2'], owing: OWING });
  const numbers = answer.numbers.map(({ number }) => number);

  expect(new Set(numbers).size).toBe(numbers.length);
  expect(answer).not.toHaveProperty('rebuildMinutes');
});
