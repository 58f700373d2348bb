import { OF_THE_CONNECTION } from './blanks';
import type { Seen } from './seen';
import { compared, GATEWAY } from './surfaces';
import type { World } from './world';

export interface GatewayReader {
  readonly world: Pick<World, 'url'>;
  readonly release: string;
  /** An embargo of the one world, asked for in both. */
  readonly embargo: string;
  readonly token: string;
  /** Those that are asked; all that are compared by default. */
  readonly routes?: readonly string[];
}

/** What is asked of a route beside what its path names. */
const QUERIES: Readonly<Record<string, string>> = {
  'GET /api/v1/plan': '?kind=patch&minors=18.6',
  'GET /api/v1/status': '?version=18.6.2',
  'GET /api/v1/versions': '?minor=18.6&before=true',
  'GET /api/v1/fixes': '?all=true',
  'GET /api/v1/what-if': '?question=patch-first',
  'GET /api/v1/mirrors/:project/changes': '?ref=heads/master',
};
const BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/internal-releases': {
    incident: 'INC-1',
    severity: 'S1',
    minors: ['18.5'],
    fixes: ['embargo:k3v9x0q2ab'],
    impact: 'All of them.',
    engineeringManager: 'erik',
  },
  'POST /api/v1/releases': { kind: 'patch', minors: ['18.6'] },
  'POST /api/v1/releases/:id/decisions': { kind: 'hold', reason: 'May I?' },
  'POST /api/v1/mirrors/:project/decisions': { kind: 'verify', reason: 'May I?' },
  'POST /api/v1/backports/:project/:iid/decisions': { minor: '18.6', reason: 'May I?' },
  'POST /api/v1/shifts/revisions': { kind: 'cancel', shift: 'shift:1', reason: 'May I?' },
  'POST /api/v1/embargoes': {
    title: 'A hole',
    owner: 'erik',
    severity: 'S1',
    affects: [{ line: '18.6', evidence: 'tried' }],
    reason: 'May I?',
  },
  'POST /api/v1/embargoes/:id/moves': { move: 'finish', reason: 'May I?' },
  'POST /api/v1/embargoes/:id/public-name': { publicTitle: 'A hole', reason: 'May I?' },
  'POST /api/v1/embargoes/:id/leak': { reason: 'May I?' },
  'POST /api/v1/fixes/:id/decisions': { kind: 'return', reason: 'May I?' },
  'POST /api/v1/reverts/:project/:commit/decisions': { kind: 'accept', reason: 'May I?' },
  'POST /api/v1/versions/:version/withdrawal': { reason: 'May I?' },
  'POST /api/v1/embargoes/:id/audience': {
    who: { person: 'erik' },
    as: 'reviewer',
    until: '2020-01-01T00:00:00.000Z',
    reason: 'May I?',
  },
};

/** What the gateway answers on every compared route: status, headers and body. Not blanked yet. */
export async function readGateway({
  world,
  release,
  embargo,
  token,
  routes = compared(GATEWAY),
}: GatewayReader): Promise<Seen> {
  const seen: Record<string, string> = {};
  const line = await publishedLine(world.url, token);
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const id = /\/(embargoes|fixes)\//.test(path) ? embargo : release;
    const named = {
      ':line': line,
      ':shift': '1',
      ':person': 'maria',
      ':id': id,
      ':project': 'gitaly',
      ':iid': '1',
      ':version': '18.6.2',
      ':commit': 'b'.repeat(40),
    };
    const url = Object.entries(named).reduce((left, [name, value]) => left.replace(name, value), path);
    const body = BODIES[route];
    const answer = await fetch(`${world.url}${url}${QUERIES[route] ?? ''}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': route.replaceAll(/\W/g, '-'),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.includes(name));
    seen[route] = JSON.stringify({
      status: answer.status,
      headers: told,
      body: readable(await answer.text()),
    });
  }
  return seen;
}

/** A line that the published calendar has; the rules count which one that is when this runs. */
async function publishedLine(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/calendar`, { headers: { authorization: `Bearer ${token}` } });
  const { events } = (await answer.json()) as {
    readonly events: readonly { readonly minors: readonly string[] }[];
  };
  return events.at(-1)?.minors[0] ?? '18.6';
}

function readable(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** `GET /api/v1/releases/:id`, of every route that there is. */
export function gatewayRoutes({ gateway: { app } }: Pick<World, 'gateway'>): readonly string[] {
  const folders: string[] = [];
  const routes: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^(.*?)[└├]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (found === null) continue;
    const [, indent = '', part = '', methods = ''] = found;
    folders.splice(indent.length / 4, folders.length, part);
    for (const method of methods.split(', '))
      if (!['', 'HEAD', 'OPTIONS'].includes(method)) routes.push(`${method} ${folders.join('')}`);
  }
  return routes;
}
