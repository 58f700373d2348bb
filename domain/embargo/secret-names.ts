import type { Project } from '../project';
import type { SecretNames } from './leak-verdict';

/** What the branches of these embargoes hold of their ids, each with its embargo. */
export function codesOf(embargoes: readonly string[]): SecretNames['codes'] {
  return new Map(embargoes.map((id) => [id.slice('embargo:'.length), id]));
}

/** Repositories of these projects that are not public. */
export function secretPaths(projects: readonly Project[]): readonly string[] {
  return projects
    .map(({ repositories }) => repositories)
    .filter(({ security, canonical }) => security !== canonical)
    .map(({ security }) => security);
}
