import { readFileSync } from 'node:fs';
import { ExplainedError } from '../domain/explained-error';
import type { House } from '../services/house';

/** Asks the sandbox for what only a sandbox can be asked. */
export async function askSandbox<T>(
  { gitlabUrl, secrets }: House,
  path: string,
  { method = 'POST', body = {} }: { readonly method?: string; readonly body?: unknown } = {},
): Promise<T> {
  const token = readFileSync(secrets.gitlabToken, 'utf8').trim();
  const response = await fetch(`${gitlabUrl}${path}`, {
    method,
    headers: { 'private-token': token, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  throw new ExplainedError({
    where: `sandbox GitLab at ${gitlabUrl}`,
    what: messageOf(text, response.status),
    remedy: 'Mend what it names and try again; `signalbox logs sandbox` says more',
  });
}

function messageOf(text: string, status: number): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    return typeof message === 'string' ? message : JSON.stringify(message ?? error ?? text);
  } catch {
    return `it answered ${status}`;
  }
}
