import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** A test file that passes says nothing. Called once, before the first worker. */
export function beQuiet(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
}
