import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { ARTIFACTS } from './artifacts';
import { BACKPORTS } from './backports';
import { CALENDAR } from './calendar';
import { CALENDAR_STARTS } from './calendar-starts';
import { addCodec } from './codec';
import { DECISIONS } from './decisions';
import type { GatewayDeps } from './deps';
import { DOORS } from './doors';
import { EMBARGOES } from './embargoes';
import { addEndpoint, type Endpoint } from './endpoint';
import { answerError, answerUnknownRoute } from './errors';
import { EXPOSURE } from './exposure';
import { FEEDS } from './feeds';
import { FIXES } from './fixes';
import { addHealth } from './health';
import { INTERNAL_RELEASES } from './internal-releases';
import { MERGE_BY } from './merge-by';
import { MIRRORS } from './mirrors';
import { openApiDocument } from './openapi';
import { PLAN } from './plan';
import { PLANNING } from './planning';
import { namesInternalRelease } from './quiet-request';
import { REHEARSALS } from './rehearsals';
import { RELEASE_PAGE } from './release-page';
import { RELEASES } from './releases';
import { SHIFT_FEEDS } from './shift-feeds';
import { SHIFTS } from './shifts';
import { VERSIONS } from './versions';
import { WHAT_IF } from './what-if';
import { addWebhooks } from './webhooks';

const ENDPOINTS: readonly Endpoint[] = [
  ...RELEASES,
  ...INTERNAL_RELEASES,
  ...DECISIONS,
  ...ARTIFACTS,
  ...PLAN,
  ...VERSIONS,
  ...MIRRORS,
  ...BACKPORTS,
  ...DOORS,
  ...EMBARGOES,
  ...FIXES,
  ...EXPOSURE,
  ...WHAT_IF,
  ...REHEARSALS,
  ...CALENDAR,
  ...CALENDAR_STARTS,
  ...FEEDS,
  ...RELEASE_PAGE,
  ...MERGE_BY,
  ...SHIFTS,
  ...SHIFT_FEEDS,
  ...PLANNING,
];

const REQUEST_TIMEOUT_MS = 60_000;

/** The server, not listening yet. */
export async function buildGateway(deps: GatewayDeps): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app = fastify({
    loggerInstance,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // What is under way is answered; connections that only wait are closed.
    forceCloseConnections: 'idle',
    // Only failures of such a request are logged: that somebody asked would tell of the release to whoever reads the log.
    childLoggerFactory: (logger, bindings, options, { url = '' }) =>
      logger.child(bindings, namesInternalRelease(url) ? { ...options, level: 'warn' } : options),
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerUnknownRoute);
  for (const one of ENDPOINTS) addEndpoint(app, { one, deps });
  const document = openApiDocument(ENDPOINTS, deps.url);
  app.get('/api/openapi.json', async () => document);
  await app.register(async (scope) => addHealth(scope, deps));
  await app.register(async (scope) => addWebhooks(scope, deps));
  await app.register(async (scope) => addCodec(scope, deps));
  return app;
}
