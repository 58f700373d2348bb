import type { TestGitLab } from '../support/gitlab';
import { OF_THE_ASKER, OF_THE_CONNECTION } from './blanks';
import type { Seen } from './seen';
import { compared, GITLAB } from './surfaces';

export interface GitLabReader {
  readonly gitlab: TestGitLab;
  readonly paths: readonly string[];
  /** Nobody's by default. */
  readonly token?: string | null;
}

/** As many of each list are read in detail. */
const NEWEST = 3;
/** Read all of them: in which order those are made that are made side by side is chance. */
const ALL: readonly string[] = [':package', ':note'];

/** What the REST API answers on every compared route: status, headers and body. Not blanked yet. */
export async function readApi({ gitlab, paths, token = null }: GitLabReader): Promise<Seen> {
  const seen: Record<string, string> = {};
  const answered = new Map<string, unknown>();
  const ask = async (url: string): Promise<unknown> => {
    const kept = answered.get(url);
    if (kept !== undefined) return kept;
    const { status, headers, body } = await gitlab.request('GET', `${url}?per_page=100`, undefined, {
      token,
    });
    const told = [...headers].filter(([name]) => ![...OF_THE_CONNECTION, ...OF_THE_ASKER].includes(name));
    seen[url] = JSON.stringify({ status, headers: told, body });
    answered.set(url, body);
    return body;
  };
  for (const route of compared(GITLAB)) for (const url of await urlsOf(route, { paths, ask })) await ask(url);
  return seen;
}

interface Asker {
  readonly paths: readonly string[];
  readonly ask: (url: string) => Promise<unknown>;
}

/** `/projects/:id/issues/:iid` of every project and of the newest of its issues. */
async function urlsOf(route: string, { paths, ask }: Asker): Promise<readonly string[]> {
  let urls = [''];
  for (const part of route.split('/').slice(1)) {
    if (!part.startsWith(':')) urls = urls.map((url) => `${url}/${part}`);
    else if (part === ':id')
      urls = urls.flatMap((url) => paths.map((one) => `${url}/${encodeURIComponent(one)}`));
    else {
      const lists = await Promise.all(urls.map(async (url) => ({ url, list: await ask(url) })));
      urls = lists.flatMap(({ url, list }) =>
        newestOf(list, part).map((one) => `${url}/${nameOf(one, part)}`),
      );
    }
  }
  return urls;
}

function newestOf(list: unknown, parameter: string): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(list)) return [];
  return ALL.includes(parameter) ? list : list.slice(0, NEWEST);
}

function nameOf(entity: Readonly<Record<string, unknown>>, parameter: string): string {
  const { id, iid, name, tag_name: tag } = entity;
  const named: Readonly<Record<string, unknown>> = {
    ':iid': iid,
    ':branch': name,
    ':name': name,
    ':label': name,
    ':tag': tag ?? name,
  };
  return encodeURIComponent(String(named[parameter] ?? id));
}
