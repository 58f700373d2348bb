import { reserve } from '../support/records';
import { startGateway, type TestGateway } from './test-gateway';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.end());

const ASKED = { kind: 'monthly', minor: '18.7' };

function start(key: string) {
  return gateway.ask({
    method: 'POST',
    url: '/api/v1/releases',
    payload: ASKED,
    headers: { 'idempotency-key': key },
  });
}

const OF_WIDGET = {
  where: 'product gitlab',
  what: "the releases that are recorded here are of widget, and one product's versions would be taken for the other's",
  remedy:
    'If it is the same product, name it widget in signalbox.yaml again; if not, let SIGNALBOX_HOME name another folder, or DATABASE_URL another database',
};

it('of a second product nothing is planned, started or put into the calendar where the releases of a first one are recorded', async () => {
  const { releases } = gateway.records;
  const before = await releases.product();
  await releases.open({
    id: 'monthly:1.2',
    kind: 'monthly',
    title: 'Monthly release 1.2',
    requestKey: 'widget',
    settings: { ...gateway.deps.settingsOf('monthly'), product: 'widget' },
    startedBy: { id: 'maria', roles: ['release-manager'] },
  });

  const started = await start('gitlab');
  const planned = await gateway.ask({ url: '/api/v1/plan?kind=monthly&minor=18.7' });
  const internal = await gateway.ask({ url: '/api/v1/plan?kind=internal&minors=18.5' });
  const revised = await gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    payload: { kind: 'publish', until: '2028-12-31', reason: 'Planned by the rules.' },
    headers: { 'idempotency-key': 'calendar' },
  });

  expect([before, await releases.product()]).toEqual([undefined, 'widget']);
  for (const answer of [started, planned, internal, revised]) {
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error).toEqual(OF_WIDGET);
  }
  expect((await releases.list()).map(({ id }) => id)).toEqual(['monthly:1.2']);
});

it('of a first product no version is withdrawn by a second one, whose patch its successor would be', async () => {
  const { releases, publication, versions, decisions } = gateway.records;
  const release = 'patch:1';
  await releases.open({
    id: release,
    kind: 'patch',
    title: 'Patch release 1',
    requestKey: 'widget patch',
    settings: { ...gateway.deps.settingsOf('patch'), product: 'widget' },
    startedBy: { id: 'maria', roles: ['release-manager'] },
  });
  await reserve(gateway.records, release, { '1.2.1': undefined });
  const step = { release, workflowId: release, versions: ['1.2.1'], transitions: [] };
  await publication.claim(step);
  await publication.markPublished(step);

  const withdrawn = await gateway.ask({
    method: 'POST',
    url: '/api/v1/versions/1.2.1/withdrawal',
    headers: { 'idempotency-key': 'withdrawal' },
    payload: { reason: 'It loses uploads.' },
  });

  expect([withdrawn.statusCode, withdrawn.json().error]).toEqual([409, OF_WIDGET]);
  expect(await versions.find({ number: '1.2.1' })).toMatchObject({ state: 'published' });
  expect(await decisions.ofRelease(release)).toEqual([]);
});
