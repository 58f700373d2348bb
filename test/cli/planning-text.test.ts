import { adviceLines, sloLines } from '../../cli/planning-text';
import { measuredFixes, sloReport } from '../../domain/planning/slo-report';
import { blockedReport } from '../../domain/planning/blocked-hours';
import { productionReport } from '../../domain/planning/time-to-production';
import { pressureReport } from '../../domain/planning/pressure';
import { asked, at, DAY_MS, fix, nothingMeasured, NOW, POLICY } from '../domain/planning/planned';
import { PLAIN } from './plain';

const ASKS = fix({ dueAt: '2026-12-01T14:00:00.000Z' });
const MISSED = fix({ id: 'embargo:aaaaaaaaaa', dueAt: '2026-11-23T14:00:00.000Z' });
const KEPT = fix({ id: 'embargo:bbbbbbbbbb' });

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => line.length));
}

it('shows what becomes of each deadline, and the command of whoever has to act, in 80 columns', () => {
  const lines = adviceLines(asked([ASKS, MISSED, KEPT]), PLAIN);

  expect(lines).toEqual([
    'embargo:aaaaaaaaaa  critical patch, release-manager acts',
    '  embargo:aaaaaaaaaa (S2) was due 2026-11-23T14:00:00Z and is not out: it needs',
    '  a patch of its own.',
    '  signalbox release start patch 19.6 19.5 19.4 --type critical',
    'embargo:k3v9x0q2ab  pull forward, release-manager acts',
    '  embargo:k3v9x0q2ab (S2) is due 2026-12-01T14:00:00Z, and no patch is promised',
    '  before: patch:2026-12-09 comes forward from 2026-12-09 to 2026-12-01 if a',
    '  release manager says so, for a date of it falls on a day off or into a lock.',
    '  signalbox calendar move patch:2026-12-09 --to 2026-12-01 \\',
    "    --reason 'Dates follow the deadlines of the product.'",
    'embargo:bbbbbbbbbb  confirmed',
    '  embargo:bbbbbbbbbb (S2) is due 2026-12-20T08:00:00Z; patch:2026-12-09 brings',
    '  it on 2026-12-09T13:00:00Z.',
  ]);
  expect(widest(lines)).toBeLessThanOrEqual(80);
  expect(adviceLines(asked([]), PLAIN)).toEqual(['Nothing that you may know of waits with a deadline.']);
});

it('shows what was kept of each promise, and what was not, in 80 columns', () => {
  const { deadlines } = POLICY;
  const { advice } = asked([MISSED, KEPT]);

  const measured = measuredFixes([MISSED, KEPT], { advice, now: NOW.toISO() });
  const report = sloReport(measured, { deadlines, measures: nothingMeasured() });
  const lines = sloLines(report, PLAIN);

  expect(lines).toEqual([
    'promise                          within      met   missed  at risk     open',
    'security S1, mitigated             24 h        0        0        0        0',
    'security S1, published             30 d        0        0        0        0',
    'security S2, published             30 d        0        1        0        1',
    'backport bug, published            30 d        0        0        0        0',
    '',
    'embargo:aaaaaaaaaa S2: published by 2026-11-23 14:00 UTC: missed',
    '',
    'error budget  unmeasured',
    '  It is not measured: `measures.errorBudget` is not in signalbox.yaml.',
    'release pressure  unmeasured',
    '  It is not measured: `measures.pressure` is not in signalbox.yaml.',
    'time to production  unmeasured',
    '  It is not measured: `measures.timeToProduction` is not in signalbox.yaml.',
    'hours blocked  unmeasured',
    '  It is not measured: `measures.blocked` is not in signalbox.yaml.',
  ]);
  expect(widest(lines)).toBeLessThanOrEqual(80);
  expect(sloLines({ rows: [], fixes: [], measures: nothingMeasured() }, PLAIN)[0]).toBe(
    'No deadline is configured: `deadlines` in signalbox.yaml.',
  );
});

it('shows what is measured beside deadlines, and since when that is known, in 80 columns', () => {
  const changes = Array.from({ length: 61 }, (_, index) => ({
    project: 'gitlab',
    mergeRequest: index,
    mergedAt: '2026-11-20T08:00:00.000Z',
    ...(index < 12 ? { mends: 'bug' as const } : {}),
  }));
  const lines = ['19.6', '19.5', '19.4'].map((minor) => ({ minor, changes }));
  const pressure = pressureReport(
    { lines, measuredAt: '2026-11-26T07:45:00.000Z' },
    { policy: { changes: 50, withinMs: 10 * DAY_MS }, calendar: at(undefined, NOW.plus({ days: 1 })) },
  );

  const deployed = [1, 2, 40].map((hours, index) => ({
    project: 'gitlab',
    mergeRequest: index,
    mergedAt: NOW.minus({ hours: hours + 1 }).toISO(),
    deployedAt: NOW.minus({ hours: 1 }).toISO(),
  }));
  const timeToProduction = productionReport(
    { changes: deployed, measuredAt: '2026-11-26T07:45:00.000Z' },
    {
      policy: { environment: 'gprd', withinMs: DAY_MS / 2, windowMs: 7 * DAY_MS, feedsMonthlies: true },
      now: NOW.toISO(),
    },
  );
  const held = {
    workflowId: 'monthly:19.7',
    to: 'held',
    sentence: 'maria holds it: snow',
    at: NOW.minus({ hours: 45 }).toISO(),
  };
  const blocked = blockedReport(
    [{ release: 'monthly:19.7', kind: 'monthly', holdsEnd: false, lines: [held] }],
    { policy: { atMostMs: 40 * 60 * 60_000, windowMs: 7 * DAY_MS }, now: NOW.toISO() },
  );
  const measures = { ...nothingMeasured(), pressure, timeToProduction, blocked };

  const shown = sloLines({ rows: [], fixes: [], measures }, PLAIN);

  expect(shown.slice(-9)).toEqual([
    'release pressure  at risk, as of 2026-11-26 07:45 UTC',
    '  Merged and in no version: 19.6 61 (12 bug), 19.5 61 (12 bug), 19.4 61 (12',
    '  bug). More than 50 ask for a patch within 10 d.',
    'time to production  kept, as of 2026-11-26 07:45 UTC',
    '  Merge to gprd within 7 d: half of 3 changes took 2 h or less, 95 % 40 h or',
    '  less. Half are to take 12 h at most.',
    'hours blocked  broken',
    '  Releases were blocked, or waited for people, for 45 h within 7 d; 40 h may be.',
    '  Longest: a hold, 45 h.',
  ]);
  expect(widest(shown)).toBeLessThanOrEqual(80);
});
