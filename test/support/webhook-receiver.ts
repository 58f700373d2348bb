import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly headers: IncomingHttpHeaders;
  /** As it came, for signatures. */
  readonly text: string;
  readonly body: WebhookBody;
}

/** The fields that tests look at. */
export interface WebhookBody {
  readonly object_kind: string;
  readonly ref?: string;
  readonly before?: string;
  readonly after?: string;
  readonly object_attributes?: {
    readonly id: number;
    readonly ref: string;
    readonly status: string;
    readonly action: string;
  };
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** 200 until told otherwise. */
  answerWith(status: number): void;
  end(): Promise<void>;
}

/** Keeps every webhook that it is sent. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      calls.push({ headers: request.headers, text, body: JSON.parse(text) });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    calls,
    answerWith: (next) => {
      status = next;
    },
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
