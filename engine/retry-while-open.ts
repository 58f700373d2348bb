import {
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type NextCall = Parameters<Interceptor>[1];
type Call = ReturnType<NextCall>;

const CANCELLED = 1;
const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());

/**
 * Tries calls again as the SDK does by itself, as long as there is something to call by. The SDK's own retry throws out of a
 * timer once its connection is closed, where nobody can catch it, and ends the process.
 */
export const retryWhileOpen: Interceptor = (options, nextCall) => retry(options, orEnded(nextCall));

function orEnded(nextCall: NextCall): NextCall {
  return (options) => {
    try {
      return nextCall(options);
    } catch (error) {
      return ended(error instanceof Error ? error.message : String(error));
    }
  };
}

/** A call that is over as soon as it starts. */
function ended(details: string): Call {
  return {
    start: (metadata, listener) => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: CANCELLED, details, metadata });
    },
    cancelWithStatus: () => undefined,
    getPeer: () => 'nobody',
    getAuthContext: () => null,
    sendMessageWithContext: () => undefined,
    sendMessage: () => undefined,
    startRead: () => undefined,
    halfClose: () => undefined,
  };
}
