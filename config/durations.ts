import { Duration } from 'luxon';
import { z } from 'zod';

const SHORT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
/** Months and years have no fixed length, so a duration holds none. */
const EXACT =
  /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d)|P(?=.)(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/;
const DAYS = /^[-+]?P(?=.)(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?$/;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h`, `1d` or ISO 8601 such as `PT30M`; read as milliseconds. */
export const duration = z
  .string()
  .regex(EXACT, 'a duration such as 90s, 30m, 2h, 1d or PT30M')
  .transform(milliseconds);

/** A duration of some length: nothing is waited for without end, or asked without pause. */
export const someDuration = duration.refine((value) => value > 0, 'a duration longer than nothing');

/** `-P2D`: days and hours from the publish date. Kept as text, for a day is not always 24 hours long. */
export const dayOffset = z.string().regex(DAYS, 'an ISO 8601 duration of days such as -P2D or P6D');

function milliseconds(text: string): number {
  const [, count, unit] = SHORT.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNIT_MS[unit] ?? 0);
  return Duration.fromISO(text).toMillis();
}
