import type { Connection } from '@temporalio/client';

/** What operators filter by, all keywords. A workflow that upserts one that is not registered is stuck for ever. */
export const SEARCH_ATTRIBUTES = ['SignalboxKind', 'SignalboxState', 'SignalboxVersion'] as const;

/** Those of ours that the default namespace does not know. */
export async function missingSearchAttributes(connection: Connection): Promise<readonly string[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  return SEARCH_ATTRIBUTES.filter((name) => !(name in known.customAttributes));
}
