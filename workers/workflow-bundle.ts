import { resolve } from 'node:path';

/** Where the build leaves the bundled workflows. */
export const WORKFLOW_BUNDLE = resolve(__dirname, '../workflow-bundle.js');
