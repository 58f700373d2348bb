import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { StartingSettings } from '../domain/calendar/starting';
import { ensureCalendarKeeper } from '../starters/start-calendar-keeper';
import { withPatience } from './patience';

export interface StartingKeeper {
  readonly client: Client;
  readonly starting: StartingSettings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Has releases start by the published calendar. Beside everything else: people may start them all the same. */
export async function startCalendarKeeper({
  client,
  starting,
  logger,
  signal,
}: StartingKeeper): Promise<void> {
  const tellWaiting = (what: string, err: unknown): void => logger.warn({ what, err }, 'Waiting');
  try {
    await withPatience({ what: 'the keeper of the calendar', tellWaiting, signal }, () =>
      ensureCalendarKeeper(client, starting),
    );
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error }, 'The keeper of the calendar could not be started');
  }
}
