import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import pc from 'picocolors';
import { signalboxProgram } from '../../cli/program';
import { WrongUsage, type Terminal } from '../../cli/terminal';

const INTERNAL =
  '--incident one#1 --severity S1 --fix embargo:k3v9x0q2ab --impact All --engineering-manager emma';

let server: Server;
let asked: { readonly path: string | undefined; readonly body: unknown }[] = [];
const before = { ...process.env };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  asked.push({ path: request.url, body: await json(request) });
  response.setHeader('content-type', 'application/json');
  response.end('{"id":"patch:7"}');
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    SIGNALBOX_GATEWAY_URL: `http://127.0.0.1:${port}`,
    SIGNALBOX_TOKEN: 'token',
  });
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
});

const terminal: Terminal = {
  paint: pc.createColors(false),
  isInteractive: false,
  print: () => undefined,
  write: () => undefined,
  json: () => undefined,
  progress: () => undefined,
  redraw: () => undefined,
};

function start(words: string): Promise<unknown> {
  return signalboxProgram(terminal).parseAsync(['release', 'start', ...words.split(' ')], { from: 'user' });
}

it.each([
  ['monthly 18.7', '/api/v1/releases', { kind: 'monthly', minor: '18.7' }],
  ['patch 18.6 18.5', '/api/v1/releases', { kind: 'patch', minors: ['18.6', '18.5'] }],
  ['patch 18.6 --type critical', '/api/v1/releases', { kind: 'patch', minors: ['18.6'], type: 'critical' }],
  [
    `internal 18.5 ${INTERNAL}`,
    '/api/v1/internal-releases',
    {
      minors: ['18.5'],
      incident: 'one#1',
      severity: 'S1',
      fixes: ['embargo:k3v9x0q2ab'],
      impact: 'All',
      engineeringManager: 'emma',
    },
  ],
])('release start %s asks for what was said, and for nothing more', async (words, path, body) => {
  await start(words);

  expect(asked).toEqual([{ path, body }]);
});

it.each([
  ['weekly 18.6', /weekly is no kind of release/],
  // What is wrong with the kind is said before what is wrong with the rest.
  [`weekly 18.6 ${INTERNAL} --type critical`, /weekly is no kind of release/],
  ['monthly 18.7 18.8', /a monthly release has one minor/],
  ['monthly 18.7 --type planned', /--type says nothing about a monthly release/],
  ['monthly 18.7 --exception https://one', /--exception says nothing about a monthly release/],
  [`internal 18.5 ${INTERNAL} --type critical`, /--type says nothing about an internal release/],
  ['internal 18.5', /--incident is missing/],
  ['patch 18.6 --severity S1', /--severity says nothing about a patch release/],
])('release start %s asks nobody', async (words, what) => {
  await expect(start(words)).rejects.toThrow(what);
  await expect(start(words)).rejects.toBeInstanceOf(WrongUsage);
  expect(asked).toEqual([]);
});
