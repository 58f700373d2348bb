import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';

let gitlab: TestGitLab;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  at = `/projects/${(await plantProject(gitlab.instance)).id}`;
  for (let number = 1; number <= 7; number++) {
    await gitlab.request('POST', `${at}/issues`, { title: `Issue ${number}` });
    await gitlab.request('POST', `${at}/repository/branches`, { branch: `b${number}`, ref: 'main' });
  }
});
afterAll(() => gitlab.end());

interface Row {
  readonly iid: number;
  readonly name: string;
}

function linkOf(headers: Headers, rel: string): string | undefined {
  const [, url] = new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '') ?? [];
  return url === undefined ? undefined : url.replace(`${gitlab.url}/api/v4`, '');
}

async function walk(path: string): Promise<readonly (readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const { body, headers } = await gitlab.request<Row[]>('GET', next);
    pages.push(body);
    next = linkOf(headers, 'next');
  }
  return pages;
}

describe('by offset', () => {
  it('says where the page stands', async () => {
    const { body, headers } = await gitlab.request<Row[]>('GET', `${at}/issues?per_page=3&page=2`);

    const said = ['x-page', 'x-per-page', 'x-next-page', 'x-prev-page', 'x-total', 'x-total-pages'];
    expect(said.map((name) => headers.get(name))).toEqual(['2', '3', '3', '1', '7', '3']);
    expect(body.map(({ iid }) => iid)).toEqual([4, 3, 2]);
    expect(linkOf(headers, 'last')).toContain('page=3');
  });

  it('is walked by its links', async () => {
    const pages = await walk(`${at}/issues?per_page=3`);

    expect(pages.map((page) => page.map(({ iid }) => iid))).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
  });

  it('is empty beyond the end', async () => {
    expect((await gitlab.request('GET', `${at}/issues?page=99`)).body).toEqual([]);
  });

  it('has at most a hundred rows', async () => {
    const { headers } = await gitlab.request('GET', `${at}/issues?per_page=1000`);

    expect(headers.get('x-per-page')).toBe('100');
  });

  it.each(['per_page=0', 'page=-1', 'per_page=many'])('is refused for %s', async (query) => {
    expect((await gitlab.request('GET', `${at}/issues?${query}`)).status).toBe(400);
  });
});

describe('by keyset', () => {
  it('is walked by its links alone, newest first', async () => {
    const { headers } = await gitlab.request('GET', `${at}/issues?pagination=keyset&per_page=3`);

    const pages = await walk(`${at}/issues?pagination=keyset&per_page=3`);

    expect(headers.get('x-total')).toBeNull();
    expect(pages.map((page) => page.map(({ iid }) => iid))).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
  });

  it('goes up when asked to', async () => {
    const pages = await walk(`${at}/issues?pagination=keyset&per_page=4&sort=asc`);

    expect(pages.map((page) => page.map(({ iid }) => iid))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7],
    ]);
  });

  it('goes by name where rows have no id', async () => {
    const pages = await walk(`${at}/repository/branches?pagination=keyset&per_page=5`);

    expect(pages.map((page) => page.map(({ name }) => name))).toEqual([
      ['b1', 'b2', 'b3', 'b4', 'b5'],
      ['b6', 'b7', 'main'],
    ]);
  });
});
