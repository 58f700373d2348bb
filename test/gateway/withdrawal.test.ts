import { withdrawalToldKey } from '../../domain/version/withdrawal';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';
import { reserve } from '../support/records';

const MARIA = { id: 'maria', roles: ['release-manager'] };
const RELEASE = 'patch:7';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  const { records, deps } = gateway;
  const settings = deps.settingsOf('patch');
  const opened = { kind: 'patch', settings, startedBy: MARIA } as const;
  await records.releases.open({ ...opened, id: RELEASE, title: 'Patch release 7', requestKey: 'p' });
  await reserve(records, RELEASE, { '18.5.4': undefined });
  await records.releases.open({
    ...opened,
    id: 'patch:8',
    title: 'Patch release 8',
    requestKey: 'withdrawal:18.5.4',
  });
});
afterAll(() => gateway.end());

function step() {
  return { release: RELEASE, workflowId: RELEASE, versions: ['18.5.4'], transitions: [] };
}

function withdraw(
  version: string,
  { token = TOKENS.manager, key = version }: { token?: string; key?: string } = {},
) {
  return gateway.ask({
    method: 'POST',
    url: `/api/v1/versions/${version}/withdrawal`,
    token,
    headers: { 'idempotency-key': key },
    payload: { reason: 'It loses uploads.' },
  });
}

it('is for release managers', async () => {
  expect((await withdraw('18.5.4', { token: TOKENS.engineer })).statusCode).toBe(403);
});

it('is refused for what Signalbox has not made and for what is not public, and changes nothing', async () => {
  const foreign = await withdraw('17.0.0');
  const early = await withdraw('18.5.4');

  expect([foreign.statusCode, early.statusCode]).toEqual([409, 409]);
  expect(foreign.json().error.what).toBe('17.0.0 was not made by Signalbox, so it cannot be withdrawn here');
  expect(early.json().error.what).toMatch(
    /^18\.5\.4 is reserved, and only what is published can be withdrawn/,
  );
  expect(await gateway.records.decisions.ofRelease(RELEASE)).toEqual([]);
});

it('is gone on with where it was cut short, for as long as not everybody was told', async () => {
  const { publication } = gateway.records;
  await publication.claim(step());
  await publication.markPublished(step());
  await publication.markWithdrawn({ ...step(), reason: 'It loses uploads.' });

  const again = await withdraw('18.5.4', { key: 'cut-short' });

  // It is for the engine to go on with it, and there is none here.
  expect(again.statusCode).toBe(503);
  expect(await gateway.records.decisions.ofRelease(RELEASE)).toEqual([]);
}, 30_000);

it('says of a version that is withdrawn already since when, why, and what follows, and so do its status and the list', async () => {
  const { publication } = gateway.records;
  const at = await publication.markWithdrawn({ ...step(), reason: 'It loses uploads.' });
  const second = await publication.markWithdrawn({ ...step(), reason: 'Another one.' });
  const { transitions, ...told } = step();
  await gateway.records.effects.record({
    ...told,
    key: withdrawalToldKey({ release: RELEASE, version: '18.5.4' }),
    step: 'tell-withdrawal',
    target: '18.5.4',
    result: {},
    transitions,
  });

  const again = await withdraw('18.5.4', { key: 'again' });
  const status = await gateway.ask({ url: '/api/v1/status?version=18.5.4' });
  const list = await gateway.ask({ url: '/api/v1/versions?minor=18.5' });

  expect(again.statusCode).toBe(200);
  expect(again.json()).toEqual({
    accepted: true,
    sentence: `18.5.4 is withdrawn already, since ${second}: It loses uploads. patch:8 brings its successor.`,
  });
  expect(Date.parse(second)).toBeLessThanOrEqual(Date.parse(at));
  expect(status.json()).toMatchObject({
    state: 'withdrawn',
    successor: 'patch:8',
    sentence: `18.5.4 is withdrawn since ${second}: It loses uploads. patch:7 carries it. patch:8 brings its successor.`,
  });
  expect(list.json()).toEqual([
    expect.objectContaining({ number: '18.5.4', reason: 'It loses uploads.', successor: 'patch:8' }),
  ]);
  expect(await gateway.records.versions.withdrawn()).toEqual([{ line: 'product', number: '18.5.4' }]);
});
