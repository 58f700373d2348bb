import { isGrpcServiceError, ServiceError, type Client } from '@temporalio/client';
import { outsideDown } from '../errors';

const WITHIN_MS = 30_000;

/**
 * Asks Temporal, and gives up after a while.
 * @throws ApplicationFailure OutsideDown where it does not answer or says no; what is not there as the client tells it
 */
export async function askTemporal<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + WITHIN_MS, ask);
  } catch (error) {
    const cause = error instanceof ServiceError ? error.cause : error;
    if (isGrpcServiceError(cause)) throw away(`it answers with status ${cause.code} of gRPC`);
    if (error instanceof ServiceError) throw away('it does not answer');
    throw error;
  }
}

function away(what: string): Error {
  return outsideDown({
    where: 'the Schedules of Temporal',
    what,
    remedy: 'Look whether Temporal runs and is reached; it is asked again',
  });
}
