import {
  Connection,
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  type Client,
} from '@temporalio/client';
import { unreachable } from '../engine/connect';
import { EngineUnavailable } from './refusals';

/** gRPC statuses of a server that is gone, starting, or too busy. */
const AWAY: ReadonlySet<number> = new Set([4, 8, 14]);

/**
 * Asks Temporal, and gives up after a while.
 * @throws EngineUnavailable when it does not answer; anything else as it comes
 */
export async function askEngine<T>(
  { client, withinMs }: { readonly client: Client; readonly withinMs: number },
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new EngineUnavailable(unreachable(addressOf(client), error).explanation, { cause: error });
  }
}

function isAway(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcDeadlineError(cause) || (isGrpcServiceError(cause) && AWAY.has(cause.code));
}

function addressOf({ connection }: Client): string {
  return connection instanceof Connection ? connection.options.address : 'its address';
}
