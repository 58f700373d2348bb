import { hasContracts, readContract, type Contract } from '../support/contracts';
import { plantProject, startGitLab, type Answer, type TestGitLab } from '../support/gitlab';
import { tour, type Stop } from '../support/gitlab-tour';
import { until } from '../support/until';
import { complaintsOfPayload, readPayloads } from '../support/webhook-contracts';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { remoteOf } from '../support/work-tree';
import * as waivers from './contract-waivers';

const PROJECT = 'gitlab-org/build/gitaly';

/** What was met on the tour, to be compared with what is waived. */
class Met {
  readonly routes = new Set<string>();
  readonly wrongTypes = new Set<string>();
  readonly lists = new Set<string>();
  readonly undeclared = new Set<string>();
  readonly withoutSchema = new Set<string>();
  readonly payloadFields = new Set<string>();
}

interface Visit {
  readonly stop: Stop;
  readonly answer: Answer<unknown>;
}

function rowsOf({ answer }: Visit): readonly unknown[] {
  return [answer.body].flat();
}

/** Where the descriptions are absent one skipped test says so; .ci/run allows it there alone. */
const reportAbsence = it.skip;

if (hasContracts()) {
  describe('what GitLab describes', () => {
    compare();
  });
  it('is compared by someone who notices what differs', () => {
    const words = readContract({})
      .complaints('API_Entities_Tag', { name: 1, invented: true, commit: { id: 'a', parent_ids: 'b' } })
      .map((complaint) => `${complaint.key} ${complaint.words}`);

    expect(words).toEqual([
      'API_Entities_Tag.invented is not described',
      'API_Entities_Tag.name must be string',
      'API_Entities_Commit.parent_ids must be array',
    ]);
  });
} else {
  reportAbsence(
    'agrees with ../shared/contracts, or the folder that SIGNALBOX_CONTRACTS names: it is absent',
    () => undefined,
  );
}

function compare(): void {
  let gitlab: TestGitLab;
  let receiver: WebhookReceiver;
  let contract: { readonly plain: Contract; readonly mended: Contract };
  const saved: Record<string, string> = {};
  const met = new Met();
  /** A server that is not ended keeps the process from ending, also where another one did not start. */
  const started: { end(): Promise<void> }[] = [];

  function kept<T extends { end(): Promise<void> }>(one: T): T {
    started.push(one);
    return one;
  }

  beforeAll(async () => {
    contract = { plain: readContract({}), mended: readContract(waivers.WRONG_TYPES) };
    gitlab = kept(await startGitLab({ seed: 1 }));
    receiver = kept(await startReceiver());
    await plantProject(gitlab.instance, { path: 'tour/mirror' });
    const project = await gitlab.request<{ id: number }>('GET', `/projects/${encodeURIComponent(PROJECT)}`);
    saved['id'] = String(project.body.id);
    saved['receiver'] = receiver.url;
    saved['mirror'] = remoteOf(gitlab, 'tour/mirror', gitlab.token);
    const everything = Object.fromEntries(waivers.HOOK_EVENTS.map((name) => [name, true]));
    await gitlab.request('POST', `/projects/${saved['id']}/hooks`, { url: receiver.url, ...everything });
  });
  afterAll(() => Promise.all(started.map((one) => one.end())));

  async function visit(stop: Stop): Promise<Visit> {
    const valueOf = (name: string) => stop.given?.[name] ?? saved[name] ?? `no-${name}`;
    const filled = (text: string) =>
      text.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(valueOf(name)));
    const [method = '', path = ''] = stop.route.split(' ');
    const query = stop.query === undefined ? '' : `?${filled(stop.query)}`;
    const body = typeof stop.body === 'object' ? JSON.stringify(stop.body) : stop.body;
    const text =
      typeof body === 'string' ? body.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name)) : body;
    const answer = await gitlab.request<unknown>(method, `${filled(path)}${query}`, text);
    const [row] = [answer.body].flat();
    if (stop.saves !== undefined) saved[stop.saves] = fieldOf(row, stop.field ?? 'id');
    return { stop, answer };
  }

  async function comeAbout({ once }: Stop): Promise<void> {
    if (once === undefined) return;
    await until(`${once.table} ${once.status ?? ''}`, async () => {
      const { jobs, hookEvents } = gitlab.instance.tables;
      const project = Number(saved['id']);
      if (once.table === 'hookEvents') return hookEvents.all(project).length > 0;
      return jobs
        .all(project)
        .some((job) => job.status === once.status && job.pipeline_id === Number(saved['pipeline']));
    });
  }

  it.each(tour())('is what is answered to $route', async (stop) => {
    await comeAbout(stop);

    const visited = await visit(stop);

    expect(visited.answer.status).toBeLessThan(300);
    expect(waived(met, { visited, contract })).toEqual([]);
  });

  it('is asked for in every route that is served', () => {
    const served = gitlab.routes.map((route) => route.replace('/api/v4', ''));

    expect(served.filter((route) => !met.routes.has(route))).toEqual([]);
  });

  it('is what webhooks say', async () => {
    const payloads = readPayloads();
    const told = () => new Set<string>(receiver.calls.map(({ body }) => body.object_kind));
    await until('a webhook of each kind', () => Object.keys(payloads).every((kind) => told().has(kind)));

    const complaints = receiver.calls.flatMap(({ body }) =>
      complaintsOfPayload(payloads[body.object_kind], body),
    );

    for (const { key } of complaints) met.payloadFields.add(key);
    const extra = complaints.filter(({ key }) => !waivers.PAYLOAD_FIELDS.includes(key));
    expect(extra).toEqual([]);
  });

  it.each([
    ['wrong types', 'wrongTypes', Object.keys(waivers.WRONG_TYPES)],
    ['lists declared as one', 'lists', waivers.LISTS_DECLARED_AS_ONE],
    ['routes not described', 'undeclared', waivers.NOT_DESCRIBED],
    ['answers not described', 'withoutSchema', waivers.ANSWER_NOT_DESCRIBED],
    ['fields of webhooks', 'payloadFields', waivers.PAYLOAD_FIELDS],
  ] as const)('needs every waiver of %s', (_what, kind, names) => {
    expect(names.filter((name) => !met[kind].has(name))).toEqual([]);
  });
}

function fieldOf(row: unknown, name: string): string {
  return String(Object.entries(row ?? {}).find(([field]) => field === name)?.[1]);
}

/** Notes what needs a waiver. @returns what has none */
function waived(
  met: Met,
  {
    visited,
    contract,
  }: { readonly visited: Visit; readonly contract: { readonly plain: Contract; readonly mended: Contract } },
): readonly unknown[] {
  const { stop, answer } = visited;
  met.routes.add(stop.route);
  const [method = '', path = ''] = stop.route.split(' ');
  const declared = contract.plain.answerOf(`${method} /api/v4${path}`);
  if (declared === null) return noted(met.undeclared, { name: stop.route, names: waivers.NOT_DESCRIBED });
  if (answer.status === 204) return [];
  if (declared === undefined || typeof answer.body === 'string')
    return noted(met.withoutSchema, { name: stop.route, names: waivers.ANSWER_NOT_DESCRIBED });
  const shape = waivers.OTHER_SHAPES[stop.route] ?? declared.name;
  for (const row of rowsOf(visited)) {
    for (const { key } of contract.plain.complaints(shape, row)) met.wrongTypes.add(key);
  }
  return [
    ...(Array.isArray(answer.body) === declared.isArray
      ? []
      : noted(met.lists, { name: stop.route, names: waivers.LISTS_DECLARED_AS_ONE })),
    ...rowsOf(visited).flatMap((row) => contract.mended.complaints(shape, row)),
  ];
}

function noted(
  met: Set<string>,
  { name, names }: { readonly name: string; readonly names: readonly string[] },
): readonly string[] {
  met.add(name);
  return names.includes(name) ? [] : [name];
}
