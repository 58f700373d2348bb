import { assert, nat, property } from 'fast-check';
import { nextReminderMs } from '../../../domain/release/reminder';

const A_MINUTE_MS = 60_000;
const A_DAY_MS = 24 * 60 * A_MINUTE_MS;

it.each([
  [A_MINUTE_MS, 0, A_MINUTE_MS],
  [A_MINUTE_MS, 23, A_MINUTE_MS],
  [A_MINUTE_MS, 24, A_DAY_MS],
  [4 * 60 * A_MINUTE_MS, 100, A_DAY_MS],
  [3 * A_DAY_MS, 100, 3 * A_DAY_MS],
])('every %d ms, after %d reminders: the next is in %d ms', (remindAfterMs, given, expected) => {
  expect(nextReminderMs(remindAfterMs, given)).toBe(expected);
});

it('reminds less than four hundred times in a year, however short the pace', () => {
  assert(
    property(nat({ max: A_DAY_MS }), (remindAfterMs) => {
      let reminders = 0;
      for (let passedMs = 0; passedMs < 365 * A_DAY_MS; reminders += 1)
        passedMs += nextReminderMs(remindAfterMs, reminders);

      expect(reminders).toBeLessThan(400);
    }),
  );
});
