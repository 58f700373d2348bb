import type { CompressedTime } from '../domain/calendar/compressed-time';
import type { StartingSettings } from '../domain/calendar/starting';
import type { Configuration } from './schema';

/** How releases start by the calendar, where they do. */
export function startingSettings(
  { calendar, measures }: Pick<Configuration, 'calendar' | 'measures'>,
  {
    gatewayKeys,
  }: {
    /** Ed25519 public keys (hex) of the gateways that may bring decisions. */
    readonly gatewayKeys: readonly string[];
  },
): { readonly starting?: StartingSettings } {
  const { starting, planning } = calendar;
  if (starting === undefined) return {};
  const compressed = compressedTime(calendar);
  const { catchUp, lookEvery, ahead } = starting;
  return {
    starting: {
      catchUpMs: catchUp,
      lookEveryMs: lookEvery,
      aheadMs: ahead,
      gatewayKeys: [...gatewayKeys],
      ...(compressed === undefined ? {} : { compressed }),
      ...(planning === undefined ? {} : { plansAhead: true }),
      ...(isMeasured(measures) ? { measures: 'beside' as const } : {}),
    },
  };
}

/** Whether anything is judged that repositories or GitLab are asked for. */
function isMeasured({ pressure, timeToProduction }: Configuration['measures']): boolean {
  return pressure !== undefined || timeToProduction !== undefined;
}

/** How much faster the calendar of a sandbox runs than the clock; nothing where they run alike. */
export function compressedTime({ compressed }: Configuration['calendar']): CompressedTime | undefined {
  return compressed && { since: compressed.since, shows: compressed.shows, dayMs: compressed.day };
}
