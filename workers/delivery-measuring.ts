import { unreleasedChanges } from '../activities/git/unreleased-changes';
import { productionChanges } from '../activities/gitlab/production-changes';
import type { Outside } from '../activities/outside';
import type { Measuring } from '../activities/schedules/calendar-outside';
import { releaseSettings } from '../config/release-settings';
import type { Configuration } from '../config/schema';
import { compressedTime } from '../config/starting-settings';
import { calendarTime, engineTimeOf } from '../domain/calendar/compressed-time';

/** What is judged beside deadlines, as repositories and GitLab tell it. */
export function deliveryMeasuring(outside: Outside, configuration: Configuration): Measuring {
  const { lookEvery, pressure, timeToProduction } = configuration.measures;
  const settings = releaseSettings(configuration, { gatewayKeys: [], kind: 'patch' });
  const compressed = compressedTime(configuration.calendar);
  /** So long ago as the calendar counts, by the clock. */
  const ago = (ms: number): string => {
    const shown = calendarTime(Date.now(), compressed).minus(ms).toISO();
    return new Date(engineTimeOf(shown, compressed)).toISOString();
  };
  return {
    lookEveryMs: lookEvery,
    read: {
      ...(pressure === undefined ? {} : { pressure: () => unreleasedChanges(outside, settings) }),
      ...(timeToProduction === undefined
        ? {}
        : {
            production: () => {
              const { environment, window } = timeToProduction;
              return productionChanges(outside, { settings, environment, since: ago(window) });
            },
          }),
    },
  };
}
