import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { BackportSettings } from '../domain/backport/backport-status';
import { scheduleBackports } from '../starters/schedule-backports';
import { withPatience } from './patience';

export interface StartingBackports {
  readonly client: Client;
  readonly backports: readonly BackportSettings[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Has labelled changes looked for regularly. Beside everything else: webhooks find most of them. */
export async function startBackports({
  client,
  backports,
  logger,
  signal,
}: StartingBackports): Promise<void> {
  const tellWaiting = (what: string, err: unknown): void => logger.warn({ what, err }, 'Waiting');
  try {
    await withPatience({ what: 'the look for labelled changes', tellWaiting, signal }, () =>
      scheduleBackports(client, backports),
    );
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error }, 'The look for labelled changes could not be scheduled');
  }
}
