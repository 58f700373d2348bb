import type { Project } from '../project';

/** Codes of embargoes and branches of topics; `security!7` and what stands for it when the path is written out. */
const TELLING = [
  /embargo:[a-z0-9]{10}\b/gi,
  /\btopic\/[a-z0-9]{10}\/[\w.-]+/gi,
  /\bsecurity(?:\/[\w.-]+)*!\d+/gi,
] as const;

/**
 * What a text would tell, were it public, of embargoes and of the repository where they are worked on: in order of the text,
 * each once. A commit that git merged by itself names its branch, and so the embargo.
 */
export function tellingWords(
  text: string,
  {
    project,
    embargoes,
  }: { readonly project: Pick<Project, 'repositories'>; readonly embargoes: readonly string[] },
): readonly string[] {
  const { canonical, security } = project.repositories;
  const names = embargoes.map((embargo) => embargo.slice('embargo:'.length));
  if (security !== canonical) names.push(security);
  const lower = text.toLowerCase();
  const found = new Map<string, number>();
  for (const name of names) {
    const at = lower.indexOf(name.toLowerCase());
    if (at >= 0) found.set(name, at);
  }
  for (const pattern of TELLING)
    for (const { 0: word, index } of text.matchAll(pattern)) if (!found.has(word)) found.set(word, index);
  return [...found].toSorted(([, left], [, right]) => left - right).map(([word]) => word);
}
