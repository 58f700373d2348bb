import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ExplainedError } from '../domain/explained-error';
import { dataConverter } from './data-converter';
import type { KeyRing } from './key-ring';
import { retryWhileOpen } from './retry-while-open';

const CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';

type ConnectConfig = ReturnType<typeof loadClientConnectConfig>;

/** Where the engine is, and how to be let in. */
export interface EngineSite {
  readonly address: string;
  readonly namespace: string;
  /** Fits a client's `Connection` and a worker's `NativeConnection`. */
  readonly connectionOptions: ConnectConfig['connectionOptions'];
}

export interface Engine {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
}

/**
 * Address, namespace, TLS and API key as every Temporal tool takes them: the profile in TEMPORAL_CONFIG_FILE, and
 * TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, … over it. @throws ExplainedError when they make no sense
 */
export function engineSite(override: { readonly address?: string } = {}): EngineSite {
  const { connectionOptions, namespace } = loadedConfig();
  const address = override.address ?? connectionOptions.address ?? DEFAULT_ADDRESS;
  return {
    address,
    namespace: namespace ?? DEFAULT_NAMESPACE,
    connectionOptions: { ...connectionOptions, address },
  };
}

/** @throws ExplainedError when Temporal does not answer within five seconds */
export async function connectEngine({
  keys,
  ...override
}: {
  readonly keys: KeyRing;
  /** `host:port`, over what the environment says. */
  readonly address?: string;
}): Promise<Engine> {
  const { address, namespace, connectionOptions } = engineSite(override);
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: CONNECT_TIMEOUT_MS,
    interceptors: [retryWhileOpen],
  }).catch((cause: unknown) => {
    throw unreachable(address, cause);
  });
  const client = new Client({ connection, namespace, dataConverter: dataConverter(keys) });
  return { client, connection, namespace };
}

/** The error for a Temporal that is not there. */
export function unreachable(address: string, cause?: unknown): ExplainedError {
  return new ExplainedError(
    {
      where: `Temporal at ${address}`,
      what: 'it does not answer',
      remedy:
        'Start it (`signalbox up` on a laptop), or say where it is with TEMPORAL_ADDRESS; releases under way wait for it',
    },
    { cause },
  );
}

function loadedConfig(): ConnectConfig {
  try {
    return loadClientConnectConfig();
  } catch (cause) {
    throw new ExplainedError(
      {
        where: 'the configuration of Temporal',
        what: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Mend TEMPORAL_CONFIG_FILE or the TEMPORAL_… variable that it names',
      },
      { cause },
    );
  }
}
