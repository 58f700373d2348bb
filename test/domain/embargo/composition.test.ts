import { array, assert, constantFrom, property, stringMatching } from 'fast-check';
import {
  faultOf,
  inRegistryOrder,
  partedTopics,
  topicMergeMessage,
  type Recipe,
  type RecipeTopic,
} from '../../../domain/embargo/composition';

const BASE = 'c'.repeat(40);

function topic(digit: string, ordinal: number, change: Partial<RecipeTopic> = {}): RecipeTopic {
  return { embargo: `embargo:${digit.repeat(10)}`, ordinal, head: digit.repeat(40), ...change };
}

function recipe(...topics: readonly RecipeTopic[]): Recipe {
  return { project: 'gitlab', base: BASE, topics };
}

it.each<[string, Recipe]>([
  ['no topic', recipe()],
  ['one topic', recipe(topic('1', 7))],
  ['topics in registry order, with gaps where others were withdrawn', recipe(topic('1', 1), topic('2', 9))],
  ['two topics with the same head', recipe(topic('1', 1), topic('2', 2, { head: '1'.repeat(40) }))],
])('finds nothing wrong with %s', (_what, sound) => {
  expect(faultOf(sound)).toBeUndefined();
});

it.each<[string, Recipe, RegExp]>([
  ['the same embargo twice', recipe(topic('1', 1), topic('1', 2)), /^embargo:1{10} is in it twice$/],
  [
    'another order than that of the registry',
    recipe(topic('1', 2), topic('2', 1)),
    /^embargo:2{10} stands behind embargo:1{10}, and was not registered after it$/,
  ],
  ['one ordinal for two', recipe(topic('1', 1), topic('2', 1)), /stands behind/],
  ['a base that is a branch', { ...recipe(), base: 'master' }, /^its base master is no commit id$/],
  ['a base cut short', { ...recipe(), base: 'c'.repeat(12) }, /is no commit id$/],
  [
    'a head that is an option',
    recipe(topic('1', 1, { head: '--all' })),
    /^the head --all of embargo:1{10} is no/,
  ],
  ['a head in capitals', recipe(topic('1', 1, { head: 'A'.repeat(40) })), /is no commit id$/],
  [
    'an id that tells something',
    recipe(topic('1', 1, { embargo: 'embargo:xss-in-labels' })),
    /^embargo:xss-in-labels is no id of an embargo$/,
  ],
])('finds fault with %s', (_what, faulty, words) => {
  const fault = faultOf(faulty);

  expect(fault?.where).toBe('composition of gitlab');
  expect(fault?.what).toMatch(words);
  expect(fault?.remedy).not.toBe('');
});

it('parts topics that the base has from those that are open', () => {
  const [disclosed, open] = [topic('1', 1), topic('2', 2)];

  expect(partedTopics(recipe(disclosed, open), { notInBase: new Set([open.head]) })).toEqual({
    open: [open],
    left: [disclosed],
  });
});

it('puts topics in registry order however they came', () => {
  const sorted = [topic('1', 1), topic('2', 5), topic('3', 20)];

  expect(inRegistryOrder(recipe(...sorted.toReversed())).topics).toEqual(sorted);
});

it('gives every topic, head and base words of its own', () => {
  const topics = array(
    stringMatching(/^[0-9a-f]{40}$/).chain((head) =>
      constantFrom(topic('1', 1, { head }), topic('2', 1, { head })),
    ),
    { minLength: 2, maxLength: 5 },
  );
  assert(
    property(topics, (some) => {
      const told = new Set(some.map((one) => topicMergeMessage(recipe(), one)));

      expect(told.size).toBe(new Set(some.map(({ embargo, head }) => `${embargo} ${head}`)).size);
    }),
  );
});
