import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { planningPolicy } from '../../../config/planning-policy';
import { configuration } from '../../../config/schema';
import { gitlabRules } from '../calendar/calendars';
import { generatedFixes, SEED } from './generated-fixes';
import { dueOf, lateOf, replayed, replayTable } from './replay-2024';
import { realPatches } from './year-2024';

const DOCUMENT = join(resolve(__dirname, '../../..'), 'docs', 'operations', 'planner-2024.md');
const rules = gitlabRules();
/** The deadlines of GitLab, and the limits as they are where nothing else is written. */
const planning = configuration.shape.calendar.unwrap().shape.planning.unwrap().parse({});
const policy = planningPolicy({ ...rules, calendar: { ...rules.calendar, planning } });
const fixes = generatedFixes(policy.deadlines);

/** However wide a column is written. */
function plain(line: string): string {
  return line.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}

it('proposes for the patches of 2024, and generated fixes, what is kept in the documentation', () => {
  const planned = replayed(fixes, { policy, moves: 'none' });
  const byItself = replayed(fixes, { policy, moves: 'by itself' });
  const all = replayed(fixes, { policy, moves: 'all' });
  const kept = readFileSync(DOCUMENT, 'utf8').split('\n').map(plain);
  const late = [planned, byItself, all].map((one) => lateOf(fixes, one));
  const [asPlanned, alone, asked] = late.map((those) => those.length);

  expect(kept.filter((line) => line.startsWith('|'))).toEqual(
    replayTable(fixes, { planned, byItself }).map(plain),
  );
  expect(kept).toContain(
    `Seed ${SEED}: ${dueOf(fixes).length} fixes were due within the year. Late as planned: ${asPlanned}. With what the planner moves by itself: ${alone}; a patch of its own is proposed for ${byItself.critical.size} fixes. With all that it asks for, done at once: ${asked}; a patch of its own for ${all.critical.size}.`,
  );
  // No move of the planner makes a fix late that was not.
  for (const those of late.slice(1))
    expect(those.filter((fix) => !late[0]?.includes(fix)).map(({ id }) => id)).toEqual([]);
});

it('reads the real patches of the year, and draws the same fixes every time', () => {
  expect(realPatches()).toHaveLength(26);
  expect(
    realPatches()
      .find(({ day }) => day === '2024-09-11')
      ?.minors.slice(0, 3),
  ).toEqual(['17.3', '17.2', '17.1']);
  expect(generatedFixes(policy.deadlines)).toEqual(fixes);
  for (const { since, readyAt, dueAt } of fixes)
    expect([since, readyAt, dueAt].toSorted()).toEqual([since, readyAt, dueAt]);
});
