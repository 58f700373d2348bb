import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

/** `monthly`, `patch`, `mirror`, `backport` or `calendar`. Search attributes are not encrypted: they hold nothing under embargo. */
export const SignalboxKind = defineSearchAttributeKey('SignalboxKind', 'KEYWORD');
/** The milestone reached, or the side state. */
export const SignalboxState = defineSearchAttributeKey('SignalboxState', 'KEYWORD');
/** `18.7` for a monthly release, `18.6.2` for one version. */
export const SignalboxVersion = defineSearchAttributeKey('SignalboxVersion', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [SignalboxKind, SignalboxState, SignalboxVersion] as const;

/** A connection of the client or, in a worker, `NativeConnection`. */
type Operated = Pick<Connection, 'operatorService'>;

/** Names of those that the namespace does not know. A workflow that upserts one of them is stuck until it does. */
export async function missingSearchAttributes(
  connection: Operated,
  namespace: string,
): Promise<readonly string[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.map(({ name }) => name).filter((name) => !(name in known.customAttributes));
}

/** Registers what is missing; any number of processes may do so at once. @returns the names that were missing */
export async function registerSearchAttributes(
  connection: Operated,
  namespace: string,
): Promise<readonly string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return missing;
  const type = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, type])),
    });
  } catch (error) {
    // Another process may have been faster.
    if ((await missingSearchAttributes(connection, namespace)).length > 0) throw error;
  }
  return missing;
}
