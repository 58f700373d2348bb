import { assert, constantFrom, nat, property, record, uniqueArray } from 'fast-check';
import { basisVerdict, type PublicationBasis } from '../../../domain/version/publication-basis';

const PLANNED: PublicationBasis = {
  window: ['18.6', '18.5', '18.4'],
  heads: { '18.6': '18.6.1', '18.5': '18.5.3', '18.7': 'none' },
  registry: 7,
};

it.each([
  ['nothing moved', PLANNED, 'pass', 'Nothing has moved since the plan was made.'],
  [
    'the window is told in another order',
    { ...PLANNED, window: ['18.4', '18.5', '18.6'] },
    'pass',
    undefined,
  ],
  ['another minor moved', { ...PLANNED, heads: { ...PLANNED.heads, '18.4': '18.4.7' } }, 'pass', undefined],
  [
    'a new minor is out',
    { ...PLANNED, window: ['18.7', '18.6', '18.5'] },
    'fail',
    'The plan is made again, for the maintained minors moved.',
  ],
  [
    'a minor of the unit has a new head',
    { ...PLANNED, heads: { ...PLANNED.heads, '18.6': '18.6.2' } },
    'fail',
    'The plan is made again, for the head of 18.6 moved.',
  ],
  [
    'the first of a minor came out and the registry changed',
    { ...PLANNED, heads: { ...PLANNED.heads, '18.7': '18.7.0' }, registry: 8 },
    'fail',
    'The plan is made again, for the head of 18.7 and the registry of embargoes moved.',
  ],
])('when %s, publication: %s', (_what, now, verdict, sentence) => {
  expect(basisVerdict({ planned: PLANNED, now })).toMatchObject({
    verdict,
    ...(sentence === undefined ? {} : { sentence }),
  });
});

it('passes exactly what has not moved', () => {
  const bases = record({
    window: uniqueArray(constantFrom('18.5', '18.6', '18.7'), { maxLength: 2 }),
    heads: record({ '18.6': constantFrom('18.6.1', '18.6.2') }),
    registry: nat({ max: 1 }),
  });
  assert(
    property(bases, bases, (planned, now) => {
      const same =
        planned.window.toSorted().join() === now.window.toSorted().join() &&
        planned.heads['18.6'] === now.heads['18.6'] &&
        planned.registry === now.registry;

      expect(basisVerdict({ planned, now }).verdict).toBe(same ? 'pass' : 'fail');
    }),
  );
});
