import { once } from 'node:events';
import type { BlockList } from 'node:net';
import type { Logger } from 'pino';
import { backportSettings } from '../config/backport-settings';
import { compressedTime, startingSettings } from '../config/starting-settings';
import { gitlabAccess } from '../config/gitlab-access';
import { mirrorSettings } from '../config/mirror-settings';
import { planningPolicy } from '../config/planning-policy';
import { readConfig } from '../config/read';
import { releaseSettings } from '../config/release-settings';
import type { Configuration } from '../config/schema';
import { calendarTime } from '../domain/calendar/compressed-time';
import { publicKeyOf } from '../domain/release/decision';
import { connectEngine, type Engine } from '../engine/connect';
import type { KeyRing } from '../engine/key-ring';
import { createPayloadCodec } from '../engine/payload-codec';
import { readPayloadKeys } from '../engine/read-payload-keys';
import { registerSearchAttributes } from '../engine/search-attributes';
import { migrate } from '../records/migrate';
import { openRecords, type Records } from '../records/records';
import { readGitLab } from '../starters/gitlab-reader';
import { trustedPeers } from './codec';
import type { GatewayDeps } from './deps';
import { readEnvironment, type GatewayEnvironment } from './environment';
import { createLogger } from './logger';
import { startBackports } from './start-backports';
import { startCalendarKeeper } from './start-calendar-keeper';
import { startMirrors } from './start-mirrors';
import { withPatience } from './patience';
import { demandSecret } from './secrets';
import { buildGateway } from './server';

/** What this process is told at its start. */
interface Site {
  readonly environment: GatewayEnvironment;
  readonly configuration: Configuration;
  readonly keys: KeyRing;
  readonly signer: string;
  readonly codecPeers: BlockList;
}

interface Opened {
  readonly records: Records;
  readonly engine: Engine;
}

async function main(logger: Logger): Promise<void> {
  const site = readSite();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const { signal } = stopping;
  const opened = await openOutside(site, { logger, signal }).catch((error: unknown) => {
    // Stopped while it waited for the others.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (opened === undefined) return;
  const { records, engine } = opened;
  const deps = depsOf(site, { records, engine, logger });
  const gateway = await buildGateway(deps);
  const { port, listen } = site.environment;
  await gateway.listen({ port, host: listen });
  const { client, mirrors, backports, starting } = deps;
  void startMirrors({ client, mirrors, logger, signal });
  void startBackports({ client, backports, logger, signal });
  void startCalendarKeeper({ client, starting, logger, signal });
  if (!signal.aborted) await once(signal, 'abort');
  await gateway.close();
  await engine.connection.close();
  await records.close();
}

function readSite(): Site {
  const environment = readEnvironment(process.env);
  const { configPath, secretsFolder, codecPeers } = environment;
  return {
    environment,
    configuration: readConfig({ path: configPath, environment: process.env }),
    keys: readPayloadKeys(secretsFolder),
    signer: demandSecret({ folder: secretsFolder, name: 'decision-key' }),
    codecPeers: trustedPeers(codecPeers),
  };
}

/** Both may still be starting: this process waits for them, and says so. */
async function openOutside(
  { environment: { databaseUrl }, keys }: Site,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Opened> {
  const tellWaiting = (what: string, err: unknown): void => logger.warn({ what, err }, 'Waiting');
  await withPatience({ what: 'PostgreSQL', tellWaiting, signal }, () => migrate(databaseUrl));
  const engine = await withPatience({ what: 'Temporal', tellWaiting, signal }, async () => {
    const connected = await connectEngine({ keys });
    await registerSearchAttributes(connected.connection, connected.namespace);
    return connected;
  });
  return { records: openRecords({ url: databaseUrl }), engine };
}

function depsOf(site: Site, { records, engine, logger }: Opened & { readonly logger: Logger }): GatewayDeps {
  const { environment, configuration, keys, signer, codecPeers } = site;
  const { secretsFolder, url } = environment;
  const gatewayKeys = [publicKeyOf(signer)];
  return {
    client: engine.client,
    records,
    logger,
    signer,
    secretsFolder,
    url,
    codecPeers,
    codec: createPayloadCodec(keys),
    settingsOf: (kind) => releaseSettings(configuration, { gatewayKeys, kind }),
    mirrors: mirrorSettings(configuration, { gatewayKeys }),
    backports: backportSettings(configuration, { gatewayKeys }),
    knownDoors: configuration.mirrors.doors,
    calendar: {
      product: configuration.product.name,
      rules: configuration.calendar,
      maintenance: configuration.maintenance,
    },
    calendarNow: () => calendarTime(Date.now(), compressedTime(configuration.calendar)),
    planning: planningPolicy(configuration),
    ...startingSettings(configuration, { gatewayKeys }),
    gitlab: (until) => readGitLab(gitlabAccess(configuration, secretsFolder), until),
  };
}

const logger = createLogger();

main(logger).then(
  () => process.exit(0),
  (error: unknown) => {
    logger.fatal({ err: error }, 'The gateway ends');
    process.exit(1);
  },
);
