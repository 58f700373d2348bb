import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRealDates } from '../../../cli/calendar-text';
import { differentDates } from '../../../domain/calendar/compare-dates';
import { DATA, gitlabRules } from './calendars';

const { calendar } = gitlabRules();

it('lists exactly the versions of GitLab that were tagged on another day than the day before their publication', () => {
  const file = join(DATA, 'gitlab-monthly.csv');
  const text = readFileSync(file, 'utf8');
  const byHand = text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
    .flatMap(([version = '', , tagged = '', publish = '']) => {
      const wanted = new Date(Date.parse(publish) - 86_400_000).toISOString().slice(0, 10);
      return tagged.slice(0, 10) === wanted ? [] : [[version, wanted, tagged.slice(0, 10)]];
    });

  const differences = differentDates(calendar, readRealDates({ file, text }));

  expect(differences.map(({ version, planned, real }) => [version, planned, real])).toEqual(byHand);
  expect(byHand.length).toBeGreaterThan(3);
});

it('says by how many days', () => {
  const real = [{ version: '16.0.0', taggedAt: '2023-05-18T16:52:37Z' }];

  expect(differentDates(calendar, real)).toEqual([
    { version: '16.0.0', planned: '2023-05-21', real: '2023-05-18', days: -3 },
  ]);
});

it.each([
  [
    'a version that nobody planned',
    [{ version: '16.0.3', taggedAt: '2023-05-18T16:52:37Z' }],
    '16.0.3: it was tagged',
  ],
  ['a date that is none', [{ version: '16.0.0', taggedAt: 'yesterday' }], '"yesterday" is no date'],
])('refuses %s', (_what, real, words) => {
  expect(() => differentDates(calendar, real)).toThrow(words);
});

it.each([
  ['a table without the columns', 'a,b\n1,2\n', 'dates.csv:1'],
  ['a row that is too short', 'version,final_tag_utc\n16.0.0\n', 'dates.csv:2'],
  ['quotes', 'version,final_tag_utc\n"16.0.0",x\n', 'dates.csv:2'],
])('refuses %s, with its line', (_what, text, where) => {
  expect(() => readRealDates({ file: 'dates.csv', text })).toThrow(where);
});
