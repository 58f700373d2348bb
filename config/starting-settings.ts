import type { StartingSettings } from '../domain/calendar/starting';
import type { Configuration } from './schema';

/** How releases start by the calendar, where they do. */
export function startingSettings(
  { calendar: { starting } }: Pick<Configuration, 'calendar'>,
  {
    gatewayKeys,
  }: {
    /** Ed25519 public keys (hex) of the gateways that may bring decisions. */
    readonly gatewayKeys: readonly string[];
  },
): { readonly starting?: StartingSettings } {
  if (starting === undefined) return {};
  const { catchUp, lookEvery, ahead } = starting;
  return {
    starting: { catchUpMs: catchUp, lookEveryMs: lookEvery, aheadMs: ahead, gatewayKeys: [...gatewayKeys] },
  };
}
