import { array, assert, constantFrom, property, record } from 'fast-check';
import {
  firstPublicationVerdict,
  placeOfDisclosedFix,
  versionsHeldToFixes,
} from '../../../domain/version/first-version';

const FIX = 'embargo:7h2k9x0q4d';

it.each([
  ['untagged', 'first'],
  ['tagged', 'same-unit'],
  ['published', 'patch'],
] as const)('brings a fix that is disclosed while X.Y.0 is %s by: %s', (state, place) => {
  expect(placeOfDisclosedFix(state)).toBe(place);
});

it.each([
  ['first', 'pass', '18.7.0 contains every disclosed fix.'],
  ['successor', 'pass', `18.7.0 lacks ${FIX}, which 18.7.1 brings in the same unit.`],
  ['neither', 'fail', `18.7.0 lacks ${FIX}, which is public: 18.7.1 has to bring it in the same unit.`],
  ['unknown', 'unknown', `Whether 18.7.0 contains ${FIX} could not be read.`],
] as const)('with a disclosed fix in %s, publication of X.Y.0: %s', (place, verdict, sentence) => {
  const answer = firstPublicationVerdict({ version: '18.7.0', disclosed: [{ fix: FIX, in: place }] });

  expect(answer).toMatchObject({ verdict, sentence });
});

it('never passes X.Y.0 while one disclosed fix is missing or could not be read', () => {
  const fixes = array(
    record({
      fix: constantFrom(FIX, 'embargo:0000000001'),
      in: constantFrom('first', 'successor', 'neither', 'unknown'),
    }),
  );
  assert(
    property(fixes, (disclosed) => {
      const { verdict } = firstPublicationVerdict({ version: '18.7.0', disclosed });

      const places = disclosed.map((fix) => fix.in);
      expect(verdict === 'pass').toBe(!places.includes('neither') && !places.includes('unknown'));
      expect(verdict === 'fail').toBe(places.includes('neither'));
    }),
  );
});

it.each([
  ['each version of a patch', ['18.6.2', '18.5.4'], ['18.6.2', '18.5.4']],
  ['each of a minor that is out already', ['18.6.2', '18.6.3'], ['18.6.2', '18.6.3']],
  ['X.Y.0 by itself', ['18.7.0'], ['18.7.0']],
  ['X.Y.1 for X.Y.0 in its unit', ['18.7.0', '18.7.1', '18.6.2'], ['18.7.1', '18.6.2']],
  ['no candidate', ['18.7.0-rc42'], []],
])('holds to the disclosed fixes: %s', (_which, versions, held) => {
  expect(versionsHeldToFixes(versions)).toEqual(held);
});
