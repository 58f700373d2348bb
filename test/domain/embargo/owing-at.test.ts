import { maintainedAt, owingAt, type MinorsThereAre } from '../../../domain/embargo/owing-at';

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
