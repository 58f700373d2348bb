import { linesOut, linesWithFixes } from '../../../domain/calendar/lines-out';
import { factsAt, publicVersion } from './published-calendars';

it('lines of before the calendar are out since the day of the rules', () => {
  const out = linesOut(factsAt('2026-12-01T08:00:00Z'));

  expect(out.at(-1)).toEqual({ minor: '19.6', publishedAt: '2026-11-19T13:00:00.000Z' });
  expect(linesWithFixes(factsAt('2026-12-01T08:00:00Z'))).toEqual(['19.6', '19.5', '19.4']);
});

it('a line that was promised is not out by its date alone, but by a version of it', () => {
  const late = factsAt('2026-12-17T15:00:00Z');
  const out = factsAt('2026-12-17T15:00:00Z', {
    versions: [publicVersion('19.7.0', '2026-12-17T14:10:00.000Z')],
  });

  expect(linesWithFixes(late)).toEqual(['19.6', '19.5', '19.4']);
  expect(linesWithFixes(out)).toEqual(['19.7', '19.6', '19.5']);
  expect(linesOut(out)).toContainEqual({ minor: '19.7', publishedAt: '2026-12-17T14:10:00.000Z' });
});

it('a patch of an old line makes it no younger', () => {
  const facts = factsAt('2026-12-10T08:00:00Z', {
    versions: [publicVersion('19.6.1', '2026-12-09T14:00:00.000Z')],
  });

  expect(linesOut(facts).filter(({ minor }) => minor === '19.6')).toEqual([
    { minor: '19.6', publishedAt: '2026-11-19T13:00:00.000Z' },
  ]);
});

it('where no minor is known, lines are those of which there is a version', () => {
  const facts = factsAt('2026-12-10T08:00:00Z', {
    versions: [publicVersion('3.1.4', '2026-12-09T14:00:00.000Z')],
  });
  const { plannedBy } = facts;
  const rules = { ...plannedBy.rules, numbering: { known: [] } };

  expect(linesWithFixes({ ...facts, plannedBy: { ...plannedBy, rules } })).toEqual(['3.1']);
});

it('a version that is out is so also where the calendar shows an earlier time than the clock', () => {
  const facts = factsAt('2026-12-01T08:00:00Z', {
    versions: [publicVersion('19.7.0', '2027-06-01T00:00:00.000Z')],
  });

  expect(linesWithFixes(facts)).toEqual(['19.7', '19.6', '19.5']);
});
