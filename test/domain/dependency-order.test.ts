import { assert, nat, property, shuffledSubarray } from 'fast-check';
import { dependencyOrder } from '../../domain/dependency-order';

const NAMES = ['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts', 'pages', 'shell'];

/** Names in any order, each of which depends on some that come before it in another order. */
const graphs = shuffledSubarray(NAMES).chain((listed) =>
  shuffledSubarray(listed, { minLength: listed.length }).chain((behind) =>
    nat({ max: 2 ** 20 }).map((bits) =>
      listed.map((name) => {
        const earlier = behind.slice(0, behind.indexOf(name));
        return { name, dependsOn: earlier.filter((_, index) => ((bits >> index) & 1) === 1) };
      }),
    ),
  ),
);

it('puts every dependency before what depends on it, and loses nobody', () => {
  assert(
    property(graphs, (items) => {
      const ordered = dependencyOrder(items);

      const places = new Map(ordered.map(({ name }, place) => [name, place]));
      expect(ordered.toSorted(byName)).toEqual(items.toSorted(byName));
      for (const { name, dependsOn } of ordered) {
        for (const dependency of dependsOn)
          expect(places.get(dependency)).toBeLessThan(places.get(name) ?? Number.NaN);
      }
    }),
  );
});

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

it('keeps the order given where nothing depends on anything', () => {
  const items = NAMES.map((name) => ({ name, dependsOn: [] }));

  expect(dependencyOrder(items)).toEqual(items);
});

it('names the cycle', () => {
  const items = [
    { name: 'charts', dependsOn: ['gitlab'] },
    { name: 'gitlab', dependsOn: ['gitaly'] },
    { name: 'gitaly', dependsOn: ['gitlab'] },
  ];

  expect(() => dependencyOrder(items)).toThrow('gitlab → gitaly → gitlab is a cycle');
  expect(() => dependencyOrder([{ name: 'gitlab', dependsOn: ['gitlab'] }])).toThrow(
    'gitlab → gitlab is a cycle',
  );
});

it('names who depends on what is no project', () => {
  expect(() => dependencyOrder([{ name: 'gitlab', dependsOn: ['giatly'] }])).toThrow(
    'gitlab depends on giatly, which is no project',
  );
});
