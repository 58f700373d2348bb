import { ExplainedError } from '../domain/explained-error';

export interface GatewayEnvironment {
  readonly configPath: string;
  readonly secretsFolder: string;
  readonly databaseUrl: string;
  readonly port: number;
  /** Address to listen on; 127.0.0.1 by default. */
  readonly listen: string;
  /** Where people and GitLab reach the gateway. */
  readonly url: string;
  /** Networks (CIDR) that may have payloads decoded without a token, besides the machine itself. */
  readonly codecPeers: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws ExplainedError that names the variable */
export function readEnvironment(variables: Variables): GatewayEnvironment {
  const port = portIn(variables);
  const listen = optional(variables, 'SIGNALBOX_LISTEN') ?? '127.0.0.1';
  return {
    configPath: required(variables, 'SIGNALBOX_CONFIG'),
    secretsFolder: required(variables, 'SIGNALBOX_SECRETS'),
    databaseUrl: required(variables, 'DATABASE_URL'),
    port,
    listen,
    url: optional(variables, 'SIGNALBOX_GATEWAY_URL') ?? `http://127.0.0.1:${port}`,
    codecPeers: (optional(variables, 'SIGNALBOX_CODEC_PEERS') ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

function portIn(variables: Variables): number {
  const name = 'SIGNALBOX_GATEWAY_PORT';
  const text = required(variables, name);
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new ExplainedError({ where: name, what: `${text} is no port`, remedy: 'Give a number below 65536' });
}

function required(variables: Variables, name: string): string {
  const value = optional(variables, name);
  if (value !== undefined) return value;
  throw new ExplainedError({
    where: name,
    what: 'it is not set',
    remedy: 'Start the gateway with `signalbox up`, which sets it, or set it',
  });
}

function optional(variables: Variables, name: string): string | undefined {
  const value = variables[name];
  return value === '' ? undefined : value;
}
