import { array, assert, constantFrom, property, record, uniqueArray } from 'fast-check';
import { disclosedWith, entanglementVerdict } from '../../../domain/embargo/entangled-topics';

const names = constantFrom<string>('one', 'two', 'three', 'four');
const topics = array(record({ embargo: names, builtOn: uniqueArray(names) }));
const CHAIN = [
  { embargo: 'three', builtOn: ['two'] },
  { embargo: 'two', builtOn: ['one'] },
];

it('discloses with a topic all that it was built on, however far down', () => {
  expect(disclosedWith(['three'], CHAIN)).toEqual(['three', 'two', 'one']);
  expect(disclosedWith(['two'], CHAIN)).toEqual(['two', 'one']);
  expect(disclosedWith(['one'], CHAIN)).toEqual(['one']);
});

it.each([
  [['three', 'two', 'one'], [], 'pass', 'The unit is built on nothing that stays secret.'],
  [['three', 'two'], ['one'], 'pass', 'The unit is built on nothing that stays secret.'],
  [
    ['three'],
    ['one'],
    'fail',
    'The unit is built on two, which would go public with it: disclose them together, or base the topic anew.',
  ],
])('a unit of %j with %j public: %s', (unit, disclosed, verdict, sentence) => {
  expect(entanglementVerdict({ unit, topics: CHAIN, disclosed })).toMatchObject({ verdict, sentence });
});

it('passes only units that are closed under what they are built on', () => {
  assert(
    property(uniqueArray(names), topics, uniqueArray(names), (unit, some, disclosed) => {
      const { verdict } = entanglementVerdict({ unit, topics: some, disclosed });

      const isOpen = (embargo: string): boolean => unit.includes(embargo) || disclosed.includes(embargo);
      const below = disclosedWith(unit, some);
      expect(verdict === 'pass').toBe(below.every(isOpen));
      // What is below is closed itself.
      expect(disclosedWith(below, some)).toEqual(below);
    }),
  );
});
