const A_DAY_MS = 24 * 60 * 60_000;
const AT_FULL_PACE = 24;

/**
 * How long to wait before somebody is reminded again. After two dozen reminders once a day is enough: each leaves a trace in
 * the history of the release, and a history has an end.
 */
export function nextReminderMs(remindAfterMs: number, given: number): number {
  return given < AT_FULL_PACE ? remindAfterMs : Math.max(remindAfterMs, A_DAY_MS);
}
