import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from './key-ring';
import { createPayloadCodec } from './payload-codec';

/** The file with the failure converter, for clients, workers and the bundler of workflows alike. */
export const FAILURE_CONVERTER_PATH = require.resolve('./failure-converter');

/** How this house writes what Temporal stores. Client and worker must have the same. */
export function dataConverter(keys: KeyRing): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys)], failureConverterPath: FAILURE_CONVERTER_PATH };
}
