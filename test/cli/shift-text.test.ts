import { handOverText, revisedShiftText, rosterText } from '../../cli/shift-text';
import { onShift, rosterOf } from '../../domain/shift/roster';
import { rosterFindings } from '../../domain/shift/roster-findings';
import { setRevision } from '../domain/shift/rosters';
import { PLAIN } from './plain';

const NOW = '2026-12-08T00:00:00.000Z';
const REVISIONS = [
  setRevision(1, {
    people: ['maria'],
    from: '2026-12-07T08:00:00.000Z',
    until: '2026-12-14T08:00:00.000Z',
    zone: 'Europe/Berlin',
  }),
  setRevision(2, {
    people: ['erik', 'aiko'],
    from: '2026-12-15T08:00:00.000Z',
    until: '2026-12-21T08:00:00.000Z',
  }),
];
const SHIFTS = rosterOf(REVISIONS);
const FINDINGS = rosterFindings(SHIFTS, NOW);

it('says who is on shift first, then every shift, what is odd, and who said so', () => {
  const roster = { ...onShift(SHIFTS, NOW), shifts: SHIFTS, findings: FINDINGS, revisions: REVISIONS };

  const lines = rosterText(roster, PLAIN);

  expect(lines).toEqual([
    'now: maria',
    'next: erik, aiko, 2026-12-15 08:00 UTC',
    '',
    'shift:1   maria: Mon 2026-12-07 09:00 Europe/Berlin to Mon 2026-12-14 09:00',
    'Europe/Berlin',
    'shift:2   erik, aiko: Tue 2026-12-15 08:00 UTC to Mon 2026-12-21 08:00 UTC',
    '',
    '! Nobody is on shift from Mon 2026-12-14 08:00 UTC to Tue 2026-12-15 08:00 UTC.',
    '',
    '1. 2026-11-01 maria set shift:1, maria: Planned.',
    '2. 2026-11-02 maria set shift:2, erik, aiko: Planned.',
  ]);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it('says how a roster begins that is empty', () => {
  const roster = { current: [], findings: [], shifts: [], revisions: [] };

  expect(rosterText(roster, PLAIN)).toEqual(['Nobody is on the roster. `signalbox shift set` sets a shift.']);
});

it('says what was set, and what is odd now', () => {
  const [revision] = REVISIONS;
  if (revision === undefined) throw new Error('there is none');

  expect(revisedShiftText({ revision, findings: FINDINGS })).toEqual([
    '1. 2026-11-01 maria set shift:1, maria: Planned.',
    '  maria: Mon 2026-12-07 09:00 Europe/Berlin to Mon 2026-12-14 09:00',
    '  Europe/Berlin',
    '! Nobody is on shift from Mon 2026-12-14 08:00 UTC to Tue 2026-12-15 08:00 UTC.',
  ]);
});

it('hands over what waits, whose it is and what to do', () => {
  const item = {
    about: 'patch:7',
    since: '2026-12-08T10:00:00.000Z',
    who: 'release-manager',
    sentence: '1 approval of published is missing',
    how: '`signalbox release show patch:7`',
  };

  expect(handOverText([item], PLAIN)).toEqual([
    'patch:7  release-manager, since 2026-12-08 10:00 UTC',
    '  1 approval of published is missing',
    '  → `signalbox release show patch:7`',
  ]);
  expect(handOverText([], PLAIN)).toEqual(['Nothing waits for anybody.']);
});
