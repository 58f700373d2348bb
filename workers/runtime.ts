import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { pino, type DestinationStream, type Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** One line of JSON an event; what may hold somebody's text or key is left out. */
export function createLogger(stream?: DestinationStream): Logger {
  const options = {
    level: process.env['SIGNALBOX_LOG_LEVEL'] ?? 'info',
    base: { service: 'worker' },
    redact: ['taskToken', 'token', 'authorization', 'headers'],
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}

/** Sends the SDK's own log, Rust and JavaScript, through ours. Call it once, before anything of the SDK. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { taskToken: _taskToken, error, ...fields } = (meta ?? {}) as Record<string, unknown>;
      logger[LEVELS[level]]({ ...fields, ...(error === undefined ? {} : { err: error }) }, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
    shutdownSignals: [],
  });
}
