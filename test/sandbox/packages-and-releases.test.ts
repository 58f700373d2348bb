import { createHash } from 'node:crypto';
import { createConnection } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';

let gitlab: TestGitLab;
let at: string;
let serial = 0;

beforeAll(async () => {
  gitlab = await startGitLab();
});
beforeEach(async () => {
  at = `/projects/${(await plantProject(gitlab.instance, { path: `shipped/project-${++serial}` })).id}`;
});
afterAll(() => gitlab.end());

interface Row {
  readonly id: number;
  readonly tag_name: string;
  readonly file_name: string;
  readonly file_sha256: string;
  readonly size: number;
  readonly message: string;
}

function upload(file: string, content: string, type = 'application/octet-stream') {
  const path = `${at}/packages/generic/product/18.7.0+ee.0/${file}`;
  return gitlab.request<Row>('PUT', path, content, { headers: { 'content-type': type } });
}

const download = (file: string) =>
  gitlab.request<string>('GET', `${at}/packages/generic/product/18.7.0+ee.0/${file}`);

describe('a generic package', () => {
  it('comes back as it was uploaded, with its checksum', async () => {
    const content = 'x'.repeat(3_000_000);

    const { status, body } = await upload('product_18.7.0+ee.0_amd64.deb', content);

    const [found] = (await gitlab.request<Row[]>('GET', `${at}/packages?package_name=product`)).body;
    const files = await gitlab.request<Row[]>('GET', `${at}/packages/${found?.id}/package_files`);
    expect({ status, body }).toEqual({ status: 201, body: { message: '201 Created' } });
    expect((await download('product_18.7.0+ee.0_amd64.deb')).body).toBe(content);
    expect(files.body).toEqual([
      expect.objectContaining({
        size: content.length,
        file_sha256: createHash('sha256').update(content).digest('hex'),
      }),
    ]);
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'is kept as it comes even if it says that it is %s',
    async (type) => {
      await upload('manifest.json', '{ "a": 1 }', type);

      expect((await download('manifest.json')).body).toBe('{ "a": 1 }');
    },
  );

  it('may be empty', async () => {
    expect((await upload('empty', '')).status).toBe(201);
    expect((await download('empty')).body).toBe('');
  });

  it('hands out the newest upload of a name and lists them all', async () => {
    for (const content of ['old', 'new']) await upload('a.txt', content);

    const [found] = (await gitlab.request<Row[]>('GET', `${at}/packages`)).body;
    const files = await gitlab.request<Row[]>('GET', `${at}/packages/${found?.id}/package_files`);
    expect((await download('a.txt')).body).toBe('new');
    expect(files.body.map(({ size }) => size)).toEqual([3, 3]);
  });

  it('is gone once deleted', async () => {
    await upload('a.txt', 'a');
    const [found] = (await gitlab.request<Row[]>('GET', `${at}/packages`)).body;

    const { status } = await gitlab.request('DELETE', `${at}/packages/${found?.id}`);

    expect(status).toBe(204);
    expect((await download('a.txt')).status).toBe(404);
  });

  it('leaves nothing behind when the sender goes away', async () => {
    const { port } = new URL(gitlab.url);
    const socket = createConnection(Number(port), '127.0.0.1');
    const head = [
      `PUT /api/v4${at}/packages/generic/product/1.0/broken.txt HTTP/1.1`,
      'Host: sandbox',
      `PRIVATE-TOKEN: ${gitlab.token}`,
      'Content-Type: application/octet-stream',
      'Content-Length: 1000',
    ];
    const folder = join(gitlab.instance.home, 'packages');
    const incoming = async () =>
      (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('incoming'));

    socket.write(`${head.join('\r\n')}\r\n\r\nhalf`);
    await until('the upload to begin', async () => (await incoming()).length === 1);
    socket.destroy();

    await until('it to be thrown away', async () => (await incoming()).length === 0);
    expect((await gitlab.request<Row[]>('GET', `${at}/packages`)).body).toEqual([]);
  });

  it.each(['bad%20name', 'sub%2Ffolder'])('is refused as %s', async (file) => {
    expect((await upload(file, 'a')).status).toBe(400);
  });
});

const release = (body: object) => gitlab.request<Row>('POST', `${at}/releases`, body);
const tag = (body: object) => gitlab.request<Row>('POST', `${at}/repository/tags`, { ref: 'main', ...body });

describe('a release', () => {
  it('is made of a tag, once', async () => {
    await tag({ tag_name: 'v1' });
    const links = [{ name: 'Package', url: 'https://example.com/p' }];

    const made = await release({ tag_name: 'v1', description: 'First', assets: { links } });
    const again = await release({ tag_name: 'v1' });

    expect(made).toMatchObject({ status: 201, body: { tag_name: 'v1', assets: { count: 1 } } });
    expect(again).toMatchObject({ status: 409, body: { message: 'Release already exists' } });
  });

  it('makes the tag where it is told what to tag', async () => {
    const missing = await release({ tag_name: 'v2' });
    const made = await release({ tag_name: 'v2', ref: 'main' });

    expect(missing).toMatchObject({ status: 422, body: { message: 'Ref is not specified' } });
    expect(made.status).toBe(201);
    expect((await gitlab.request('GET', `${at}/repository/tags/v2`)).body).toMatchObject({
      release: { tag_name: 'v2' },
    });
  });

  it('is made once, whoever asks at the same time', async () => {
    await tag({ tag_name: 'v3' });

    const answers = await Promise.all([1, 2, 3].map(() => release({ tag_name: 'v3' })));

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it('is listed by its date, newest first', async () => {
    for (const name of ['a', 'b', 'c']) await tag({ tag_name: name });
    for (const [tag_name, released_at] of [
      ['a', '2026-03-01T00:00:00Z'],
      ['b', '2026-01-01T00:00:00Z'],
      ['c', '2026-02-01T00:00:00Z'],
    ])
      await release({ tag_name, released_at });

    const { body } = await gitlab.request<Row[]>('GET', `${at}/releases`);

    expect(body.map(({ tag_name }) => tag_name)).toEqual(['a', 'c', 'b']);
  });

  it('is changed and deleted', async () => {
    await tag({ tag_name: 'v4' });
    await release({ tag_name: 'v4' });

    const changed = await gitlab.request('PUT', `${at}/releases/v4`, { description: 'Mended' });
    const deleted = await gitlab.request('DELETE', `${at}/releases/v4`);

    expect(changed.body).toMatchObject({ name: 'v4', description: 'Mended' });
    expect(deleted.status).toBe(200);
    expect((await gitlab.request('GET', `${at}/releases/v4`)).status).toBe(404);
  });
});

describe('a tag', () => {
  it('is annotated where it has a message', async () => {
    const plain = await tag({ tag_name: 'plain', ref: 'main' });
    const annotated = await tag({ tag_name: 'annotated', ref: 'main', message: 'Version 1\n\nBody' });

    expect(plain.body).toMatchObject({ message: '', created_at: null });
    expect(annotated.body).toMatchObject({ message: 'Version 1\n\nBody', created_at: expect.any(String) });
  });

  it.each([
    [{ tag_name: 'there', ref: 'main' }, 'Tag there already exists'],
    [{ tag_name: 'new', ref: 'nowhere' }, 'Target nowhere is invalid'],
    [{ tag_name: 'a..b', ref: 'main' }, 'Tag name invalid'],
  ])('is refused as %j', async (body, message) => {
    await tag({ tag_name: 'there', ref: 'main' });

    expect(await tag(body)).toMatchObject({ status: 400, body: { message } });
  });

  it.each([
    ['search=%5Ev1', ['v1.10', 'v1.9', 'v1.2']],
    ['search=9$', ['v1.9']],
    ['search=v&sort=asc', ['v1.2', 'v1.9', 'v1.10', 'v2.0']],
  ])('is found by %s', async (query, names) => {
    for (const tag_name of ['v1.2', 'v1.9', 'v1.10', 'v2.0']) await tag({ tag_name, ref: 'main' });

    const { body } = await gitlab.request<{ name: string }[]>(
      'GET',
      `${at}/repository/tags?order_by=version&${query}`,
    );

    expect(body.map(({ name }) => name)).toEqual(names);
  });
});
