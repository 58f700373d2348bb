import { mergeByText, type ShownMergeBy } from '../../cli/merge-by-text';
import { PLAIN } from './plain';

const TOLD: ShownMergeBy = {
  project: 'gitaly',
  next: {
    boarding: {
      release: 'monthly:19.7',
      line: '19.7',
      by: '2026-12-10T13:00:00.000Z',
      status: 'tentative',
      publishedAt: '2026-12-17T13:00:00.000Z',
    },
    sentence:
      'A change that is merged to master and run by gprd, its migrations by db/gprd, before Thu 2026-12-10 13:00 UTC is in 19.7, to be published Thu 2026-12-17 13:00 UTC.',
  },
  backports: [{ line: '19.4', sentence: 'No patch of 19.4 is to come in the published calendar.' }],
};

it('says by when first, and then what that takes, on lines of 80 columns', () => {
  const lines = mergeByText(TOLD, PLAIN);

  expect(lines).toEqual([
    '19.7     by 2026-12-10 13:00 UTC  tentative',
    '  A change that is merged to master and run by gprd, its migrations by db/gprd,',
    '  before Thu 2026-12-10 13:00 UTC is in 19.7, to be published Thu 2026-12-17',
    '  13:00 UTC.',
    '19.4.x',
    '  No patch of 19.4 is to come in the published calendar.',
  ]);
});

it('says so where no monthly is to come', () => {
  const sentence = 'No monthly release is to come in the published calendar.';

  expect(mergeByText({ project: 'gitaly', next: { sentence }, backports: [] }, PLAIN)).toEqual([sentence]);
});
