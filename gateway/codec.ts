import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { ExplainedError } from '../domain/explained-error';
import { InvalidRequest } from '../starters/refusals';
import type { GatewayDeps } from './deps';
import { Unauthenticated } from './errors';
import { personOf } from './people';

/** Payloads as JSON has them: bytes in base64. The CLI of Temporal also asks with `{}`. */
const payloads = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.base64()).default({}), data: z.base64().default('') }))
    .default([]),
});

const BODY_LIMIT_BYTES = 16 * 1_024 * 1_024;

/** Networks that are trusted without a token: the machine itself, and those named. @throws ExplainedError for what is no network */
export function trustedPeers(networks: readonly string[]): BlockList {
  const peers = new BlockList();
  peers.addSubnet('127.0.0.0', 8, 'ipv4');
  peers.addAddress('::1', 'ipv6');
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    try {
      if (prefix === undefined) peers.addAddress(address, family);
      else peers.addSubnet(address, Number(prefix), family);
    } catch {
      throw new ExplainedError({
        where: 'SIGNALBOX_CODEC_PEERS',
        what: `${network} is no network`,
        remedy: 'Name addresses or networks such as 172.16.0.0/12, with commas between',
      });
    }
  }
  return peers;
}

/** The Temporal UI and CLI have payloads decoded here; the key ring stays with us. */
export async function addCodec(app: FastifyInstance, deps: GatewayDeps): Promise<void> {
  app.addHook('onRequest', async (request, reply) => allowOrigin(request, reply));
  for (const direction of ['encode', 'decode'] as const) {
    const path = `/codec/${direction}`;
    app.options(path, async (_request, reply) => reply.status(204).send());
    app.post(path, { bodyLimit: BODY_LIMIT_BYTES }, async (request) => {
      demandTrust(request, deps);
      const asked = payloads.safeParse(request.body ?? {});
      if (!asked.success) throw noPayloads();
      const answered = await turn(asked.data.payloads.map(fromJson), (all) => deps.codec[direction](all));
      return { payloads: answered.map(toJson) };
    });
  }
}

/** A page elsewhere may not read what is decoded; one on this machine, as the Temporal UI is, may. */
function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origin === undefined || !isLocalPage(origin)) return;
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'authorization, content-type, x-namespace',
    'access-control-allow-credentials': 'true',
    vary: 'origin',
  });
}

function isLocalPage(origin: string): boolean {
  return URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
}

/** Behind a proxy everybody seems to be on this machine, so what a proxy brought needs a token. */
function demandTrust(request: FastifyRequest, { codecPeers, secretsFolder }: GatewayDeps): void {
  const { authorization, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
  const isDirect = forwarded === undefined && forwardedFor === undefined;
  if (isDirect && isAmong(codecPeers, request.ip)) return;
  if (personOf(secretsFolder, authorization) !== undefined) return;
  throw new Unauthenticated({
    where: 'the codec',
    what: `${request.ip} may not have payloads decoded without a token`,
    remedy: 'Send a token as `Authorization: Bearer <token>`, or name the network in SIGNALBOX_CODEC_PEERS',
  });
}

function isAmong(peers: BlockList, ip: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(ip)?.[1];
  const address = mapped ?? ip;
  return peers.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

async function turn(all: Payload[], work: (all: Payload[]) => Promise<Payload[]>): Promise<Payload[]> {
  try {
    return await work(all);
  } catch (error) {
    // A key that is not in the ring is the asker's to know, and no failure of the gateway.
    if (error instanceof ExplainedError) throw new InvalidRequest(error.explanation, { cause: error });
    throw error;
  }
}

function noPayloads(): InvalidRequest {
  return new InvalidRequest({
    where: 'the body of the request',
    what: 'it holds no payloads',
    remedy: 'Send {"payloads": [{"metadata": {name: base64}, "data": base64}]}',
  });
}

type JsonPayload = z.output<typeof payloads>['payloads'][number];

function fromJson({ metadata, data }: JsonPayload): Payload {
  const entries = Object.entries(metadata).map(
    ([name, text]) => [name, Buffer.from(text, 'base64')] as const,
  );
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {}).map(
    ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const,
  );
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? []).toString('base64') };
}
