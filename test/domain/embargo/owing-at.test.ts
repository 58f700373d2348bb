import {
  maintainedAt,
  minorsAt,
  newSinceOpening,
  owingAt,
  type MinorsThereAre,
} from '../../../domain/embargo/owing-at';

const AT = '2026-11-25T12:00:00.000Z';
const POLICIES = [{ from: '2020-01-01', previousMinors: 2 }];
const OUT = ['18.6', '18.5', '18.4', '18.3'];

function there(told: Partial<MinorsThereAre> = {}): MinorsThereAre {
  return { out: OUT, branched: OUT, claimed: [], ...told };
}

function owing(told: Partial<MinorsThereAre>, atOpening: readonly string[] = []): readonly string[] {
  return owingAt(there(told), { policies: POLICIES, at: AT, atOpening }).toSorted();
}

it('is maintained by what is out, and by a first version from its claim on', () => {
  const asked = { policies: POLICIES, at: AT };

  expect(maintainedAt(there(), asked)).toEqual(['18.6', '18.5', '18.4']);
  expect(maintainedAt(there({ claimed: ['18.7.0'] }), asked)).toEqual(['18.7', '18.6', '18.5']);
  expect(maintainedAt(there({ claimed: ['18.7.0-rc42'] }), asked)).toEqual(['18.6', '18.5', '18.4']);
});

it.each<[string, Partial<MinorsThereAre>, readonly string[]]>([
  ['what is maintained', {}, ['18.4', '18.5', '18.6']],
  ['a minor whose stable branch is there', { branched: ['18.7', ...OUT] }, ['18.4', '18.5', '18.6', '18.7']],
  ['a minor whose candidate is claimed', { claimed: ['18.7.0-rc42'] }, ['18.4', '18.5', '18.6', '18.7']],
  ['no minor that is older than one that is out', { branched: ['18.2', ...OUT] }, ['18.4', '18.5', '18.6']],
  ['no internal version by itself', { claimed: ['18.6.2', '18.6.2-internal0'] }, ['18.4', '18.5', '18.6']],
])('owes: %s', (_, told, expected) => {
  expect(owing(told)).toEqual(expected);
});

it('owes what was promised at the opening besides what is maintained by now', () => {
  expect(owing({ claimed: ['18.7.0'] }, ['18.6', '18.5', '18.4'])).toEqual(['18.4', '18.5', '18.6', '18.7']);
});

it('has all of it at once, by what is claimed at that moment', () => {
  const known = { out: OUT, branched: ['18.7', ...OUT], atOpening: ['18.6', '18.5', '18.4'] };
  const asked = { policies: POLICIES, at: AT };

  expect(minorsAt(known, { ...asked, claimed: [] })).toEqual({
    maintained: ['18.6', '18.5', '18.4'],
    born: ['18.7'],
    owing: ['18.7', '18.6', '18.5', '18.4'],
    atOpening: known.atOpening,
  });
  expect(minorsAt(known, { ...asked, claimed: ['18.7.0'] })).toEqual({
    maintained: ['18.7', '18.6', '18.5'],
    born: [],
    owing: ['18.7', '18.6', '18.5', '18.4'],
    atOpening: known.atOpening,
  });
});

it.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['a patch of everything gets what came out since', ['18.6', '18.5'], ['18.6', '18.5'], ['18.7']],
  ['one that has it already gets nothing more', ['18.6', '18.5'], ['18.7', '18.6', '18.5'], []],
  ['a patch of some minors keeps to those', ['18.6', '18.5'], ['18.6'], []],
  ['one that kept nothing when it opened gets nothing', [], ['18.6', '18.5'], []],
])('%s', (_, atOpening, minors, expected) => {
  expect(newSinceOpening({ maintained: ['18.7', '18.6', '18.5'], atOpening }, minors)).toEqual(expected);
});
