import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { StartingSettings } from '../domain/calendar/starting';
import { endCalendarKeeper } from '../starters/end-calendar-keeper';
import { ensureCalendarKeeper } from '../starters/start-calendar-keeper';
import { withPatience } from './patience';

export interface StartingKeeper {
  readonly client: Client;
  /** Absent where people start releases. */
  readonly starting: StartingSettings | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Has releases start by the published calendar, or no more where it was switched off. Beside everything else: people may start
 * them all the same.
 */
export async function startCalendarKeeper({
  client,
  starting,
  logger,
  signal,
}: StartingKeeper): Promise<void> {
  const tellWaiting = (what: string, err: unknown): void => logger.warn({ what, err }, 'Waiting');
  const patience = { what: 'the keeper of the calendar', tellWaiting, signal };
  try {
    if (starting !== undefined)
      return await withPatience(patience, () => ensureCalendarKeeper(client, starting));
    const ended = await withPatience(patience, () => endCalendarKeeper(client));
    if (ended.wasRunning || ended.removed.length > 0)
      logger.info(ended, 'Nothing starts by the calendar any more');
  } catch (error) {
    if (signal.aborted) return;
    const what = starting === undefined ? 'ended' : 'started';
    logger.error({ err: error, what }, 'The keeper of the calendar could not be started or ended');
  }
}
