import { linesOut, linesWithFixes } from '../../../domain/calendar/lines-out';
import { planCalendar } from '../../../domain/calendar/plan-calendar';
import { gitlabRules } from './calendars';
import { factsAt, instant, publicVersion } from './published-calendars';

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

describe('a line of which an exception says that it gets fixes', () => {
  const exception = {
    minor: '19.2',
    from: '2026-12-01T00:00:00Z',
    until: '2026-12-20T00:00:00Z',
    approvedBy: 'maria',
    reason: 'Its last users upgrade in January.',
  };
  const { calendar: rules, maintenance } = gitlabRules();
  const plannedBy = {
    rules,
    maintenance: maintenance.map((policy) => ({ ...policy, exceptions: [exception] })),
  };

  it.each([
    ['2026-11-30T23:59:00Z', ['19.6', '19.5', '19.4']],
    ['2026-12-01T00:00:00Z', ['19.6', '19.5', '19.4', '19.2']],
    ['2026-12-20T00:00:00Z', ['19.6', '19.5', '19.4']],
  ])('is among those with fixes at %s: %j', (now, lines) => {
    expect(linesWithFixes({ ...factsAt(now), plannedBy })).toEqual(lines);
  });

  it('is in each patch that is planned for a day on which it holds', () => {
    const [from, until] = [instant('2026-11-25T00:00:00Z'), instant('2027-01-01T00:00:00Z')];
    const plan = planCalendar({ ...plannedBy, from, until, now: from });

    const patches = plan.filter(({ kind, milestone }) => kind === 'patch' && milestone === 'published');
    expect(patches.map(({ release, minors }) => [release, minors.includes('19.2')])).toEqual([
      ['patch:2026-11-25', false],
      ['patch:2026-12-09', true],
      ['patch:2026-12-23', false],
    ]);
  });
});
