import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { connectEngine, type Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import type { KeyRing } from '../../engine/key-ring';
import { missingSearchAttributes, registerSearchAttributes } from '../../engine/search-attributes';
import { until } from './until';

/** The engine in a namespace of a test file's own, as task queues and workflow ids have fixed names. */
export async function ownEngine(
  keys: KeyRing,
  address = process.env['SIGNALBOX_TEST_ADDRESS'] ?? '',
): Promise<Engine> {
  const namespace = `journey-${randomUUID()}`;
  const { connection } = await connectEngine({ keys, address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  await until('the namespace', () =>
    registerSearchAttributes(connection, namespace).then(
      () => true,
      () => false,
    ),
  );
  await until(
    'its search attributes',
    async () => (await missingSearchAttributes(connection, namespace)).length === 0,
  );
  return {
    connection,
    namespace,
    client: new Client({ connection, namespace, dataConverter: dataConverter(keys) }),
  };
}
