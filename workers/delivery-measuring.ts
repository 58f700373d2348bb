import { unreleasedChanges } from '../activities/git/unreleased-changes';
import type { Outside } from '../activities/outside';
import type { Measuring } from '../activities/schedules/calendar-outside';
import { releaseSettings } from '../config/release-settings';
import type { Configuration } from '../config/schema';

/** What is judged beside deadlines, as repositories and GitLab tell it. */
export function deliveryMeasuring(outside: Outside, configuration: Configuration): Measuring {
  const { lookEvery, pressure } = configuration.measures;
  const settings = releaseSettings(configuration, { gatewayKeys: [], kind: 'patch' });
  return {
    lookEveryMs: lookEvery,
    read: pressure === undefined ? {} : { pressure: () => unreleasedChanges(outside, settings) },
  };
}
