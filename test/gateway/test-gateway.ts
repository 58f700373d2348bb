import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { DateTime } from 'luxon';
import pino from 'pino';
import { backportSettings } from '../../config/backport-settings';
import { mirrorSettings } from '../../config/mirror-settings';
import { planningPolicy } from '../../config/planning-policy';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import type { Configuration } from '../../config/schema';
import { publicKeyOf } from '../../domain/release/decision';
import { dataConverter } from '../../engine/data-converter';
import { createPayloadCodec } from '../../engine/payload-codec';
import { retryWhileOpen } from '../../engine/retry-while-open';
import { trustedPeers } from '../../gateway/codec';
import type { GatewayDeps } from '../../gateway/deps';
import { buildGateway } from '../../gateway/server';
import type { Records } from '../../records/records';
import { readGitLab } from '../../starters/gitlab-reader';
import { startGitLab, type TestGitLab } from '../support/gitlab';
import { freshRecords } from '../support/records';

export const TOKENS = { manager: 'token-of-the-manager', engineer: 'token-of-the-engineer' } as const;
export const WEBHOOK = { token: 'webhook-secret', key: 'webhook-signing-key' } as const;
export const KEYS = { current: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } };
const SIGNER = '11'.repeat(32);
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';

/** A gateway with records of its own, and nobody else: Temporal and GitLab do not answer unless given. */
export interface TestGateway {
  readonly app: FastifyInstance;
  readonly records: Records;
  readonly deps: GatewayDeps;
  readonly secretsFolder: string;
  /** As the release manager, unless another token is named, or none. */
  ask(options: InjectOptions & { readonly token?: string | null }): Promise<LightMyRequestResponse>;
  end(): Promise<void>;
}

export async function startGateway(given: Partial<GatewayDeps> = {}): Promise<TestGateway> {
  const fresh = await freshRecords();
  const { records } = fresh;
  const secretsFolder = mkdtempSync(join(tmpdir(), 'signalbox-gateway-'));
  writeSecrets(secretsFolder);
  const connection = Connection.lazy({ address: NOWHERE, interceptors: [retryWhileOpen] });
  const deps: GatewayDeps = {
    client: new Client({ connection, dataConverter: dataConverter(KEYS) }),
    records,
    codec: createPayloadCodec(KEYS),
    logger: pino({ level: 'silent' }),
    settingsOf: (kind) =>
      releaseSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)], kind }),
    mirrors: mirrorSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] }),
    backports: backportSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] }),
    knownDoors: sandboxConfiguration().mirrors.doors,
    calendar: calendarOf(sandboxConfiguration()),
    calendarNow: () => DateTime.utc(),
    planning: planningPolicy(sandboxConfiguration()),
    gitlab: () => readGitLab({ url: `http://${NOWHERE}`, token: 'none' }),
    signer: SIGNER,
    secretsFolder,
    codecPeers: trustedPeers([]),
    url: 'http://127.0.0.1:8080',
    ...given,
  };
  const app = await buildGateway(deps);
  return {
    app,
    records,
    deps,
    secretsFolder,
    ask: ({ token = TOKENS.manager, ...options }) =>
      app.inject({
        ...options,
        headers: { ...options.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      }),
    end: async () => {
      await app.close();
      await connection.close();
      await fresh.end();
      rmSync(secretsFolder, { recursive: true });
    },
  };
}

export interface GatewayOverGitLab extends TestGateway {
  readonly gitlab: TestGitLab;
}

/** Over the seeded product on a sandbox GitLab. */
export async function startGatewayOverGitLab(): Promise<GatewayOverGitLab> {
  const gitlab = await startGitLab({ seed: 1 });
  const gateway = await startGateway({ gitlab: () => readGitLab(gitlab) });
  const end = async (): Promise<void> => {
    await gateway.end();
    await gitlab.end();
  };
  return { ...gateway, gitlab, end };
}

function calendarOf({ product, calendar: rules, maintenance }: Configuration): GatewayDeps['calendar'] {
  return { product: product.name, rules, maintenance };
}

export function sandboxConfiguration() {
  return readConfig({
    path: join(__dirname, '../../config/sandbox.yaml'),
    environment: { SIGNALBOX_GITLAB_URL: `http://${NOWHERE}` },
  });
}

function writeSecrets(folder: string): void {
  const people = [
    { id: 'maria', name: 'Maria', roles: ['release-manager'], tokenSha256: sha256(TOKENS.manager) },
    { id: 'erik', name: 'Erik', roles: ['engineer'], tokenSha256: sha256(TOKENS.engineer) },
  ];
  writeFileSync(join(folder, 'people.json'), JSON.stringify({ people }));
  writeFileSync(join(folder, 'webhook-token'), `${WEBHOOK.token}\n`);
  writeFileSync(join(folder, 'webhook-signing'), `${WEBHOOK.key}\n`);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
