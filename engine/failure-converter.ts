import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures become payloads, which the codec encrypts. Bundled with the workflows, so nothing else is here. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
