/**
 * The engine's time in milliseconds: when the workflow task began, and on a replay the same again. The one place where
 * workflow code asks what time it is; whatever an effect can date is dated by its effect.
 */
export function engineTime(): number {
  // The workflow sandbox has replaced the clock by the time of the task.
  return Date.now();
}

/** ISO 8601. */
export function engineInstant(): string {
  return new Date(engineTime()).toISOString();
}
