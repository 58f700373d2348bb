import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isMirroredRef } from '../domain/mirror/mirrored-ref';
import { InvalidRequest } from '../starters/refusals';
import { tellPushed } from '../starters/start-mirror';
import type { Delivery } from '../records/inbox';
import { followBranch, followMergeRequest } from './backport-webhooks';
import type { GatewayDeps } from './deps';
import { Unauthenticated } from './errors';
import { readSecret } from './secrets';
import { isSame, isSigned } from './webhook-signature';

/** GitLab sends no more. */
const BODY_LIMIT_BYTES = 26_214_400;
const PIPELINE = 'Pipeline Hook';
const MERGE_REQUEST = 'Merge Request Hook';
const PUSHES: ReadonlySet<string> = new Set(['Push Hook', 'Tag Push Hook']);

/** What is read of a pipeline's webhook, and all that is kept: the rest holds names and variables that nobody needs. */
const pipelineEvent = z.object({
  object_attributes: z.object({
    id: z.int(),
    ref: z.string(),
    sha: z.string(),
    status: z.string(),
    tag: z.boolean().optional(),
    finished_at: z.string().nullish(),
  }),
  project: z.object({ path_with_namespace: z.string() }),
});

const pushEvent = z.object({
  ref: z.string(),
  project: z.object({ path_with_namespace: z.string() }),
});

/** GitLab does not send a webhook again: what is not taken here is found out later by asking. */
export async function addWebhooks(app: FastifyInstance, deps: GatewayDeps): Promise<void> {
  // The signature is over the bytes as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/webhooks/gitlab', { bodyLimit: BODY_LIMIT_BYTES }, async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    demandProof(request, { body, secretsFolder: deps.secretsFolder });
    const event = header(request, 'x-gitlab-event');
    if (PUSHES.has(event)) return { taken: await followPush(deps, body) };
    if (event === MERGE_REQUEST) return { taken: await followMergeRequest(deps, parsed(body)) };
    if (event !== PIPELINE) return { taken: false };
    const delivery = deliveryOf(request, body);
    const isNew = await deps.records.inbox.receive(delivery);
    const { project: repository, ref: branch = '' } = delivery;
    if (isNew) await followBranch(deps, { repository, branch });
    return { taken: isNew };
  });
}

/**
 * Tells the mirror whose ref was pushed, be it on canonical or elsewhere. A push that it is not told of is found at its next
 * look, so nothing is answered as failed here: GitLab would not send it again, and would in the end switch its hook off.
 * @returns whether it concerns a mirror, and that was told
 */
async function followPush({ client, mirrors, logger }: GatewayDeps, body: Buffer): Promise<boolean> {
  const { data } = pushEvent.safeParse(parsed(body));
  if (data === undefined) return false;
  const { ref, project } = data;
  const settings = mirrors.find(({ project: one }) =>
    Object.values(one.repositories).includes(project.path_with_namespace),
  );
  if (settings === undefined || !isMirroredRef(settings.project, ref)) return false;
  try {
    await tellPushed(client, { settings, ref });
    return true;
  } catch (error) {
    logger.warn({ err: error, project: settings.project.name }, 'A mirror was not told of a push');
    return false;
  }
}

function demandProof(
  request: FastifyRequest,
  { body, secretsFolder }: { readonly body: Buffer; readonly secretsFolder: string },
): void {
  const token = readSecret({ folder: secretsFolder, name: 'webhook-token' });
  if (token === undefined || !isSame(header(request, 'x-gitlab-token'), token))
    throw new Unauthenticated({
      where: 'the header X-Gitlab-Token',
      what: 'it is not the secret of our webhooks',
      remedy: 'Give the hook in GitLab the secret token that is in the secrets as `webhook-token`',
    });
  const key = readSecret({ folder: secretsFolder, name: 'webhook-signing' });
  if (key === undefined) return;
  const signed = {
    id: header(request, 'webhook-id'),
    timestamp: header(request, 'webhook-timestamp'),
    signature: header(request, 'webhook-signature'),
    body,
  };
  if (isSigned(signed, { key, now: new Date() })) return;
  throw new Unauthenticated({
    where: 'the header webhook-signature',
    what: 'it is missing, older than five minutes, or not over this body with our key',
    remedy:
      'Give the hook in GitLab the signing token that is in the secrets as `webhook-signing`, or remove that file to go without',
  });
}

function deliveryOf(request: FastifyRequest, body: Buffer): Delivery {
  const read = pipelineEvent.safeParse(parsed(body));
  if (!read.success)
    throw new InvalidRequest({
      where: 'the body of the webhook',
      what: `it is no pipeline event: ${read.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ')}`,
      remedy: 'See which hook of GitLab points here',
    });
  const { object_attributes: pipeline, project } = read.data;
  const key = header(request, 'idempotency-key');
  return {
    idempotencyKey: key === '' ? createHash('sha256').update(body).digest('hex') : key,
    event: PIPELINE,
    project: project.path_with_namespace,
    pipeline: pipeline.id,
    ref: pipeline.ref,
    sha: pipeline.sha,
    status: pipeline.status,
    payload: read.data,
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
