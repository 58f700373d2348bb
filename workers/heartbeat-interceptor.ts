import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** Often enough that one beat may be late, whatever the timeout. */
const BEATS_PER_TIMEOUT = 4;

/** Beats for every activity while it runs: a worker that dies is noticed in seconds, and a cancellation arrives as fast. */
export function heartbeatInterceptor(context: Context): { inbound: ActivityInboundCallsInterceptor } {
  const { heartbeatTimeoutMs } = context.info;
  return {
    inbound: {
      execute: async (input, next) => {
        if (heartbeatTimeoutMs === undefined) return next(input);
        const beat = setInterval(() => context.heartbeat(), heartbeatTimeoutMs / BEATS_PER_TIMEOUT);
        try {
          return await next(input);
        } finally {
          clearInterval(beat);
        }
      },
    },
  };
}
