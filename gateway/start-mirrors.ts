import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import { endOtherMirrors, startMirror } from '../starters/start-mirror';
import { withPatience } from './patience';

export interface StartingMirrors {
  readonly client: Client;
  readonly mirrors: readonly MirrorSettings[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Starts or finds the mirror of every project. Beside everything else: one that cannot be started keeps no release waiting. */
export async function startMirrors({ client, mirrors, logger, signal }: StartingMirrors): Promise<void> {
  const tellWaiting = (what: string, err: unknown): void => logger.warn({ what, err }, 'Waiting');
  for (const settings of mirrors) {
    const project = settings.project.name;
    try {
      const outcome = await withPatience({ what: `mirror of ${project}`, tellWaiting, signal }, () =>
        startMirror(client, settings),
      );
      logger.info({ project, outcome }, 'The mirror runs');
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error, project }, 'A mirror could not be started');
    }
  }
  if (signal.aborted) return;
  try {
    const ended = await endOtherMirrors(client, mirrors);
    if (ended.length > 0)
      logger.info({ ended }, 'Mirrors of projects that are no longer configured are ended');
  } catch (error) {
    logger.warn({ err: error }, 'Mirrors of other projects could not be looked for');
  }
}
