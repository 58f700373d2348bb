import { startsText } from '../../cli/calendar-starts-text';

const AT = '2026-12-01T09:30:00.000Z';

it('shows what starts next, what asks for a person and what is over, in 80 columns', () => {
  const notice = {
    about: 'patch:2026-12-09.published',
    what: 'it has to come forward to 2026-12-01, or a deadline is missed',
    why: 'gitlab!1234 19.6 (bug) is due 2026-12-01T14:00:00Z; you are asked, for it is too soon',
    how: "Run `signalbox calendar move patch:2026-12-09 --to 2026-12-01 --reason 'Snow.'`",
    at: AT,
  };

  const lines = startsText({
    lookedAt: AT,
    next: [{ release: 'monthly:19.7', milestone: 'announced', at: '2026-12-10T13:00:00Z' }],
    notices: [notice],
    over: [{ ...notice, what: 'it was late' }],
  });

  expect(lines).toEqual([
    `By itself next, as of ${AT}:`,
    '  2026-12-10T13:00:00Z monthly:19.7 announced',
    '! patch:2026-12-09.published: it has to come forward to 2026-12-01, or a',
    '  deadline is missed (gitlab!1234 19.6 (bug) is due 2026-12-01T14:00:00Z; you',
    '  are asked, for it is too soon). Run',
    "  `signalbox calendar move patch:2026-12-09 --to 2026-12-01 --reason 'Snow.'`.",
    '  2026-12-01T09:30Z patch:2026-12-09.published: it was late. It is over.',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
