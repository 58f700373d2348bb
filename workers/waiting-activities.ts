import type { ReleaseEffects } from '../activities/effects';

type WaitingActivities = Pick<ReleaseEffects, 'awaitPipeline' | 'readRemediation'>;

/** Those that do nothing but wait, for hours: they have a queue beside that of the releases, so that they never take a worker's hands. */
export function waitingActivities(effects: ReleaseEffects): WaitingActivities {
  return {
    awaitPipeline: (input) => effects.awaitPipeline(input),
    readRemediation: (input) => effects.readRemediation(input),
  };
}
