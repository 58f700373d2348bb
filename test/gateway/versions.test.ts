import { startGateway, startGatewayOverGitLab, TOKENS, type GatewayOverGitLab } from './test-gateway';
import { reserve, unitOf } from '../support/records';

const MARIA = { id: 'maria', roles: ['release-manager'] };

describe('plans and versions, with the product of the sandbox', () => {
  let gateway: GatewayOverGitLab;

  beforeAll(async () => {
    gateway = await startGatewayOverGitLab();
  }, 60_000);
  afterAll(() => gateway.end());

  it('a patch is planned with the tags of every project, own numbers included, newest minor first', async () => {
    const answer = await gateway.ask({ url: '/api/v1/plan?kind=patch&minors=18.5,18.6' });

    const { versions, approvals, milestones } = answer.json();
    expect(versions.map(({ version }: { version: string }) => version)).toEqual(['18.6.2', '18.5.4']);
    expect(versions[0].projects).toEqual([
      { project: 'gitaly', tags: ['v18.6.2'], stableBranch: '18-6-stable' },
      { project: 'gitlab', tags: ['v18.6.2-ee'], stableBranch: '18-6-stable-ee' },
      { project: 'omnibus-gitlab', tags: ['18.6.2+ce.0', '18.6.2+ee.0'], stableBranch: '18-6-stable' },
      { project: 'cng', tags: ['v18.6.2'], stableBranch: '18-6-stable' },
      { project: 'charts', tags: ['v9.6.2'], stableBranch: '9-6-stable' },
    ]);
    expect(versions[1].projects.at(-1)).toEqual({
      project: 'charts',
      tags: ['v9.5.5'],
      stableBranch: '9-5-stable',
    });
    expect(approvals).toEqual([{ before: 'published', roles: ['release-manager'], count: 1 }]);
    expect(milestones.at(-1)).toBe('finalised');
  });

  it('a monthly is planned with its candidate and its final version', async () => {
    const answer = await gateway.ask({ url: '/api/v1/plan?kind=monthly&minor=18.7' });

    const { versions } = answer.json();
    expect(versions.map(({ version }: { version: string }) => version)).toEqual(['18.7.0-rc42', '18.7.0']);
    expect(versions[0].projects.map(({ project }: { project: string }) => project)).not.toContain('charts');
    expect(versions[1].projects.at(-1)).toMatchObject({ project: 'charts', tags: ['v9.7.0'] });
  });

  it('an internal release is planned after what is out, for those alone who may ask for one', async () => {
    const url = '/api/v1/plan?kind=internal&minors=18.4,18.5';
    const { versions, approvals, milestones } = (await gateway.ask({ url })).json();

    expect(versions.map(({ version }: { version: string }) => version)).toEqual([
      '18.5.3-internal0',
      '18.4.5-internal0',
    ]);
    expect(versions[0].projects).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ project: 'gitlab', tags: ['v18.5.3-internal0-ee'] }),
        expect.objectContaining({ project: 'charts', tags: ['v9.5.4-internal0'] }),
      ]),
    );
    expect(approvals[0]).toMatchObject({ before: 'approved', roles: ['engineering-manager'] });
    expect(milestones[0]).toBe('requested');
    expect((await gateway.ask({ url, token: TOKENS.engineer })).statusCode).toBe(403);
  });

  it.each([
    ['kind=patch&minors=17.0', 404, /18\.6, 18\.5, 18\.4/],
    ['kind=monthly&minor=18.6', 409, /patch release of 18\.6/],
    ['kind=monthly', 400, /18\.7/],
    ['kind=patch&minors=18.6&ring=1', 400, /openapi/],
  ])('a plan that cannot be is refused: %s', async (query, status, remedy) => {
    const answer = await gateway.ask({ url: `/api/v1/plan?${query}` });

    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.remedy).toMatch(remedy);
  });

  it.each([
    [{ kind: 'patch', minors: ['17.0'] }, 404, /17\.0\.0 has not been released/],
    [{ kind: 'monthly', minor: '18.6' }, 409, /18\.6\.0 is released already/],
  ])('a release that cannot be is not even opened: %j', async (payload, status, what) => {
    const answer = await gateway.ask({
      method: 'POST',
      url: '/api/v1/releases',
      headers: { 'idempotency-key': 'impossible' },
      payload,
    });

    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.what).toMatch(what);
    expect(await gateway.records.releases.list()).toEqual([]);
  });

  it('a version of before Signalbox is known by its tag', async () => {
    const answer = await gateway.ask({ url: '/api/v1/status?version=18.6.1' });

    expect(answer.json()).toEqual({
      version: '18.6.1',
      state: 'published',
      sentence: expect.stringMatching(/18\.6\.1 is published.*not made by Signalbox/),
    });
  });

  it('an unknown version is answered with the lines there are', async () => {
    const answer = await gateway.ask({ url: '/api/v1/status?version=18.9.3' });

    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toEqual({
      where: 'version 18.9.3',
      what: 'no release carries it, and there is no such tag',
      remedy: 'The lines there are: 18.6 (newest 18.6.1), 18.5 (newest 18.5.3), 18.4 (newest 18.4.5)',
    });
  });

  it('what is no version at all is refused', async () => {
    const answer = await gateway.ask({ url: '/api/v1/status?version=latest' });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.remedy).toMatch(/18\.6\.2/);
  });

  it('a version under way is found with its release, also by its minor', async () => {
    const { records, deps } = gateway;
    const settings = deps.settingsOf('patch');
    const opened = { requestKey: 'p', settings, startedBy: MARIA };
    await records.releases.open({
      ...opened,
      id: 'patch:7',
      kind: 'patch',
      title: 'Patch release 7 of 18.5',
    });
    await reserve(records, 'patch:7', { '18.5.4': undefined });

    const byNumber = await gateway.ask({ url: '/api/v1/status?version=18.5.4' });
    const byMinor = await gateway.ask({ url: '/api/v1/status?version=18.5' });
    const all = await gateway.ask({ url: '/api/v1/versions?minor=18.5' });

    expect(byNumber.json()).toMatchObject({ version: '18.5.4', state: 'reserved', release: 'patch:7' });
    expect(byMinor.json()).toEqual(byNumber.json());
    expect(all.json()).toEqual([expect.objectContaining({ number: '18.5.4', state: 'reserved' })]);
    const withOlder = await gateway.ask({ url: '/api/v1/versions?minor=18.5&before=true' });
    expect(
      withOlder.json().map(({ number, state, release }: Record<string, string>) => [number, state, release]),
    ).toEqual([
      ['18.5.0', 'published', undefined],
      ['18.5.1', 'published', undefined],
      ['18.5.2', 'published', undefined],
      ['18.5.3', 'published', undefined],
      ['18.5.4', 'reserved', 'patch:7'],
    ]);
  });

  it('a monthly is found before its number is reserved', async () => {
    const settings = gateway.deps.settingsOf('monthly');
    const opened = { requestKey: 'm', settings, startedBy: MARIA };
    const { releases } = gateway.records;
    await releases.open({ ...opened, id: 'monthly:18.7', kind: 'monthly', title: 'Monthly release 18.7' });

    const answers = await Promise.all(
      ['18.7', '18.7.0'].map((version) => gateway.ask({ url: `/api/v1/status?version=${version}` })),
    );

    for (const answer of answers)
      expect(answer.json()).toMatchObject({ version: '18.7.0', state: 'planned', release: 'monthly:18.7' });
  });

  it('an internal release is planned after what is out whole, and not after a version that is withdrawn', async () => {
    const { records, deps } = gateway;
    const opened = { requestKey: 'w', settings: deps.settingsOf('patch'), startedBy: MARIA };
    await records.releases.open({
      ...opened,
      id: 'patch:8',
      kind: 'patch',
      title: 'Patch release 8 of 18.4',
    });
    const unit = unitOf('patch:8', ['18.4.5']);
    const planned = async () => {
      const { versions } = (await gateway.ask({ url: '/api/v1/plan?kind=internal&minors=18.4' })).json();
      return versions.map(({ version }: { version: string }) => version);
    };

    await reserve(records, 'patch:8', { '18.4.5': undefined });
    const underWay = await planned();
    await records.publication.claim(unit);
    await records.publication.markPublished(unit);
    const whole = await planned();
    await records.publication.markWithdrawn({ ...unit, reason: 'It loses uploads.' });
    const withdrawn = await planned();

    expect([underWay, whole, withdrawn]).toEqual([
      ['18.4.4-internal0'],
      ['18.4.5-internal0'],
      ['18.4.4-internal0'],
    ]);
  });
});

describe('plans while GitLab is silent', () => {
  it('are refused with a hint to ask again', async () => {
    const gateway = await startGateway();

    const answer = await gateway.ask({ url: '/api/v1/plan?kind=patch&minors=18.6' });
    await gateway.end();

    expect(answer.statusCode).toBe(503);
    expect(answer.json().error.where).toMatch(/^GitLab at /);
  });
});
