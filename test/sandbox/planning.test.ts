import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';
import { remoteOf } from '../support/work-tree';

let gitlab: TestGitLab;
let at: string;
let serial = 0;

beforeAll(async () => {
  gitlab = await startGitLab();
});
beforeEach(async () => {
  at = `/projects/${(await plantProject(gitlab.instance, { path: `plans/project-${++serial}` })).id}`;
});
afterAll(() => gitlab.end());

interface Row {
  readonly id: number;
  readonly iid: number;
  readonly name: string;
  readonly state: string;
  readonly labels: readonly string[];
  readonly closed_at: string | null;
  readonly link_type: string;
  readonly issue_link_id: number;
  readonly update_status: string;
  readonly last_error: string | null;
  readonly url: string;
}

const ask = (method: string, path: string, body?: unknown) =>
  gitlab.request<Row>(method, `${at}${path}`, body);
const list = async (path: string) => (await gitlab.request<Row[]>('GET', `${at}${path}`)).body;

describe('an issue', () => {
  it('is opened, changed, closed and found', async () => {
    const made = await ask('POST', '/issues', { title: 'Release 18.7', labels: 'release,upcoming' });
    const changed = await ask('PUT', '/issues/1', { remove_labels: 'upcoming', add_labels: ['done'] });
    const closed = await ask('PUT', '/issues/1', { state_event: 'close' });

    expect(made).toMatchObject({
      status: 201,
      body: { iid: 1, state: 'opened', labels: ['release', 'upcoming'] },
    });
    expect(changed.body.labels).toEqual(['release', 'done']);
    expect(closed.body).toMatchObject({ state: 'closed', closed_at: expect.any(String) });
    expect(await list('/issues?labels=done&state=closed&search=18.7')).toHaveLength(1);
    expect(await list('/issues?state=opened')).toEqual([]);
  });

  it('is refused without a title', async () => {
    expect(await ask('POST', '/issues', {})).toMatchObject({
      status: 400,
      body: { error: 'title is missing' },
    });
  });

  it('is linked to another, once, and told from both ends', async () => {
    for (const title of ['One', 'Two']) await ask('POST', '/issues', { title });
    const project = at.split('/').at(-1);
    const link = { target_project_id: project, target_issue_iid: 2, link_type: 'blocks' };

    const made = await ask('POST', '/issues/1/links', link);
    const again = await ask('POST', '/issues/1/links', link);

    expect(made).toMatchObject({
      status: 201,
      body: { source_issue: { iid: 1 }, target_issue: { iid: 2 }, link_type: 'blocks' },
    });
    expect(again).toMatchObject({ status: 409, body: { message: 'Issue(s) already assigned' } });
    expect(await list('/issues/1/links')).toEqual([expect.objectContaining({ iid: 2, link_type: 'blocks' })]);
    expect(await list('/issues/2/links')).toEqual([
      expect.objectContaining({ iid: 1, link_type: 'is_blocked_by' }),
    ]);
  });

  it('is linked no more once the link is deleted', async () => {
    for (const title of ['One', 'Two']) await ask('POST', '/issues', { title });
    const link = { target_project_id: at.split('/').at(-1), target_issue_iid: '2' };
    await ask('POST', '/issues/1/links', link);
    const [linked] = await list('/issues/1/links');
    const path = `/issues/2/links/${linked?.issue_link_id}`;

    const deleted = await ask('DELETE', path);

    expect(deleted).toMatchObject({ status: 200, body: { link_type: 'relates_to' } });
    expect(await list('/issues/1/links')).toEqual([]);
    expect((await ask('DELETE', path)).status).toBe(404);
  });
});

describe('a label', () => {
  it('is made, renamed on whatever bears it, and refused twice', async () => {
    await ask('POST', '/issues', { title: 'One', labels: 'old' });

    const renamed = await ask('PUT', '/labels/old', { new_name: 'new', color: '#ff0000' });
    const taken = await ask('POST', '/labels', { name: 'new', color: '#00ff00' });

    expect(renamed).toMatchObject({ status: 200, body: { name: 'new', color: '#ff0000' } });
    expect(taken).toMatchObject({ status: 409, body: { message: 'Label already exists' } });
    expect((await ask('GET', '/issues/1')).body.labels).toEqual(['new']);
  });

  it('may begin with any letter there is', async () => {
    for (const name of ['🚀 rocket', 'a', '１']) await ask('POST', '/labels', { name });

    expect(await list('/labels')).toHaveLength(3);
  });

  it('is found by its id, and gone when deleted', async () => {
    const { body } = await ask('POST', '/labels', { name: 'one' });

    const statuses = [
      (await ask('GET', `/labels/${body.id}`)).status,
      (await ask('DELETE', '/labels/one')).status,
      (await ask('GET', '/labels/one')).status,
    ];

    expect(statuses).toEqual([200, 204, 404]);
  });

  it('is not changed to nothing', async () => {
    await ask('POST', '/labels', { name: 'one' });

    expect((await ask('PUT', '/labels/one', {})).status).toBe(400);
  });
});

describe('an environment', () => {
  it('is there once something was deployed to it, and keeps what is deployed', async () => {
    const deployment = { environment: 'gprd', sha: 'main', ref: 'main', tag: false, status: 'running' };
    const made = await ask('POST', '/deployments', deployment);
    await ask('PUT', `/deployments/${made.body.id}`, { status: 'success' });

    expect(await list('/environments')).toEqual([
      expect.objectContaining({ name: 'gprd', state: 'available' }),
    ]);
    expect(await list('/deployments?environment=gprd&status=success')).toHaveLength(1);
  });

  it('is made once, stopped, and deleted only then', async () => {
    const { body } = await ask('POST', '/environments', {
      name: 'review/18-7',
      external_url: 'http://18.example',
    });
    const taken = await ask('POST', '/environments', { name: 'review/18-7' });
    const early = await ask('DELETE', `/environments/${body.id}`);
    const stopped = await ask('POST', `/environments/${body.id}/stop`);
    const deleted = await ask('DELETE', `/environments/${body.id}`);

    expect(body).toMatchObject({ slug: 'review-18-7', tier: 'development', state: 'available' });
    expect(taken).toMatchObject({ status: 400, body: { message: { name: ['has already been taken'] } } });
    expect([early.status, stopped.status, deleted.status]).toEqual([403, 200, 204]);
    expect(stopped.body.state).toBe('stopped');
  });
});

describe('a freeze period', () => {
  it('is made, changed and deleted', async () => {
    const period = { freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1', cron_timezone: 'Europe/Berlin' };
    const made = await ask('POST', '/freeze_periods', period);
    const changed = await ask('PUT', `/freeze_periods/${made.body.id}`, { freeze_end: '0 8 * * 1' });

    expect(made).toMatchObject({ status: 201, body: period });
    expect(changed.body).toMatchObject({ ...period, freeze_end: '0 8 * * 1' });
    expect((await ask('DELETE', `/freeze_periods/${made.body.id}`)).status).toBe(204);
    expect(await list('/freeze_periods')).toEqual([]);
  });

  it.each([
    [{ freeze_start: 'never', freeze_end: '0 7 * * 1' }],
    [{ freeze_start: '0 23 * * 5', freeze_end: '' }],
    [{ freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1', cron_timezone: 'Nowhere' }],
  ])('is refused as %j', async (period) => {
    expect((await ask('POST', '/freeze_periods', period)).status).toBe(400);
  });
});

async function mirrored(change: object): Promise<{ id: number; twin: string; mirror: Row }> {
  const twin = `plans/twin-${serial}`;
  const { id } = await plantProject(gitlab.instance, { path: twin });
  const url = remoteOf(gitlab, twin, gitlab.token);
  const { body } = await ask('POST', '/remote_mirrors', { url, enabled: true, ...change });
  return { id, twin, mirror: body };
}
const branch = (name: string) => ask('POST', '/repository/branches', { branch: name, ref: 'main' });

describe('a push mirror', () => {
  it('hides who it logs in as', async () => {
    const { mirror } = await mirrored({});

    expect(mirror.url).toContain('*****:*****@');
    expect(mirror.url).not.toContain(gitlab.token);
  });

  it('brings every push to the other side', async () => {
    const { id } = await mirrored({});

    await branch('topic');

    await until('the branch in the twin', async () => {
      return (await gitlab.request('GET', `/projects/${id}/repository/branches/topic`)).status === 200;
    });
    await until('success', async () => (await list('/remote_mirrors'))[0]?.update_status === 'finished');
    expect((await list('/remote_mirrors'))[0]?.last_error).toBeNull();
  });

  it('is synchronised by hand, as soon as it is enabled', async () => {
    const { id, mirror } = await mirrored({ enabled: false });
    await branch('topic');
    const disabled = await ask('POST', `/remote_mirrors/${mirror.id}/sync`);
    await ask('PUT', `/remote_mirrors/${mirror.id}`, { enabled: true });

    const synced = await ask('POST', `/remote_mirrors/${mirror.id}/sync`);

    expect([disabled.status, synced.status]).toEqual([400, 204]);
    await until('the branch in the twin', async () => {
      return (await gitlab.request('GET', `/projects/${id}/repository/branches/topic`)).status === 200;
    });
    expect(mirror.update_status).toBe('none');
  });

  it('brings protected branches alone when told so', async () => {
    const { id } = await mirrored({ only_protected_branches: true });
    await ask('POST', '/protected_branches', { name: '*-stable' });

    await branch('topic');
    await branch('18-7-stable');

    await until('the stable branch in the twin', async () => {
      return (await gitlab.request('GET', `/projects/${id}/repository/branches/18-7-stable`)).status === 200;
    });
    expect((await gitlab.request('GET', `/projects/${id}/repository/branches/topic`)).status).toBe(404);
  });

  it('says what went wrong', async () => {
    const url = remoteOf(gitlab, 'plans/nowhere', gitlab.token);
    await ask('POST', '/remote_mirrors', { url, enabled: true });

    await branch('topic');

    const [mirror] = await until('the failure', async () => {
      const mirrors = await list('/remote_mirrors');
      return mirrors[0]?.update_status === 'failed' ? mirrors : undefined;
    });
    expect(mirror?.last_error).toContain('could not be found');
    expect(mirror?.last_error).not.toContain(gitlab.token);
  });

  it('goes to no address of another kind', async () => {
    expect((await ask('POST', '/remote_mirrors', { url: 'file:///tmp/x' })).status).toBe(400);
  });
});

describe('a note', () => {
  it('is written, changed and listed newest first', async () => {
    await ask('POST', '/issues', { title: 'One' });
    const first = await ask('POST', '/issues/1/notes', { body: 'First' });
    await ask('POST', '/issues/1/notes', { body: 'Second' });

    const changed = await ask('PUT', `/issues/1/notes/${first.body.id}`, { body: 'First, mended' });

    const notes = await gitlab.request<{ body: string }[]>('GET', `${at}/issues/1/notes`);
    expect(changed.status).toBe(200);
    expect(notes.body.map(({ body }) => body)).toEqual(['Second', 'First, mended']);
  });

  it('is not found on another issue', async () => {
    for (const title of ['One', 'Two']) await ask('POST', '/issues', { title });
    const { body } = await ask('POST', '/issues/1/notes', { body: 'First' });

    expect((await ask('PUT', `/issues/2/notes/${body.id}`, { body: 'Moved' })).status).toBe(404);
  });
});
