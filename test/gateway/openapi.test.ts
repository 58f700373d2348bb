import { startGateway, type TestGateway } from './test-gateway';

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  /** Empty where no token is asked for. */
  readonly security?: readonly object[];
}

/** What programs and pages of others read, which send no token: a door that is opened is named here. */
const OPEN = [
  '/calendar.ics',
  '/calendar/{line}.ics',
  '/calendar.atom',
  '/calendar/{line}.atom',
  '/release.md',
  '/badge/{project}.svg',
  '/badge/{project}.json',
  '/shifts.ics',
  '/shifts/{shift}.ics',
  '/people/{person}.ics',
  '/slo.md',
];

describe('the OpenAPI document', () => {
  let gateway: TestGateway;
  let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;

  beforeAll(async () => {
    gateway = await startGateway();
    const document = await gateway.ask({ url: '/api/openapi.json', token: null });
    ({ paths } = document.json());
  });
  afterAll(() => gateway.end());

  function asked(isOpen: boolean) {
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => (security !== undefined) === isOpen)
        .map(([method]) => ({ method, path, url: path.replace('{id}', 'patch:1') })),
    );
  }

  it('names every endpoint, and each is there', async () => {
    const urls = asked(false);

    const statuses = await Promise.all(
      urls.map(async ({ method, url }) => {
        const answer = await gateway.app.inject({ method: method === 'post' ? 'POST' : 'GET', url });
        return answer.statusCode;
      }),
    );

    expect(urls.length).toBeGreaterThanOrEqual(8);
    expect(new Set(statuses)).toEqual(new Set([401]));
  });

  it('says of those that ask for no token that they do not', async () => {
    const open = asked(true);
    const answers = await Promise.all(
      open.map(({ url }) =>
        gateway.app.inject({ url: url.replaceAll(/\{\w+\}/g, (name) => (name === '{shift}' ? '1' : '1.1')) }),
      ),
    );

    expect(open.map(({ path }) => path)).toEqual(OPEN);
    for (const { statusCode } of answers) expect([200, 404]).toContain(statusCode);
  });

  it('tells parameters, the key and the form of errors from the same schemas that read requests', () => {
    const start = paths['/api/v1/releases']?.['post'];
    const plan = paths['/api/v1/plan']?.['get'];
    const show = paths['/api/v1/releases/{id}']?.['get'];

    expect(start?.parameters).toEqual([
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
    ]);
    expect(start?.requestBody?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      required: ['kind'],
      additionalProperties: false,
    });
    expect(plan?.parameters.map(({ name, required }) => [name, required])).toEqual([
      ['kind', true],
      ['minor', false],
      ['minors', false],
      ['type', false],
    ]);
    expect(show?.parameters).toEqual([expect.objectContaining({ name: 'id', in: 'path', required: true })]);
    expect(Object.keys(show?.responses ?? {})).toEqual(['200', 'default']);
  });
});
