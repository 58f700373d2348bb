import type { z } from 'zod';
import { entryOf } from './mapping';
import { pathText, type Finding } from './problem';
import { project } from './project-schema';
import { configuration, type Configuration } from './schema';
import { findingsOf } from './sentences';

type ProjectPart = z.output<typeof project>;

/** What of a configuration could be read. Rules look at this, so that one mistake does not hide another. */
export interface Parts {
  readonly whole?: Configuration;
  readonly findings: readonly Finding[];
  readonly sections: Partial<Omit<Configuration, 'projects'>>;
  /** The entries that are right by themselves, with their places in the list. */
  readonly projects: readonly { readonly index: number; readonly project: ProjectPart }[];
  /** Every name that an entry has, right or not; empty text where there is none. */
  readonly projectNames: readonly string[];
}

export function readParts(raw: unknown): Parts {
  const read = configuration.safeParse(raw);
  const projectNames = entriesOf(raw, 'projects').map(nameOf);
  if (read.success) {
    const { projects, ...sections } = read.data;
    const numbered = projects.map((entry, index) => ({ index, project: entry }));
    return { whole: read.data, findings: [], sections, projects: numbered, projectNames };
  }
  return {
    findings: withoutEchoes(read.error.issues.flatMap((issue) => findingsOf(issue, raw))),
    sections: sectionsOf(raw),
    projects: entriesOf(raw, 'projects').flatMap((entry, index) => {
      const one = project.safeParse(entry);
      return one.success ? [{ index, project: one.data }] : [];
    }),
    projectNames,
  };
}

function sectionsOf(raw: unknown): Parts['sections'] {
  const { projects: _, ...shape } = configuration.shape;
  const found = Object.entries(shape).flatMap(([key, section]) => {
    const one = section.safeParse(entryOf(raw, key));
    return one.success ? [[key, one.data] as const] : [];
  });
  return Object.fromEntries(found);
}

function entriesOf(raw: unknown, key: string): readonly unknown[] {
  const value = entryOf(raw, key);
  return Array.isArray(value) ? value : [];
}

function nameOf(entry: unknown): string {
  const name = entryOf(entry, 'name');
  return typeof name === 'string' ? name : '';
}

/** A field that is there under a misspelt key is not told as missing as well. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const meant = new Set(
    findings.flatMap((finding) =>
      finding.meant === undefined ? [] : [pathText([...finding.path.slice(0, -1), finding.meant])],
    ),
  );
  return findings.filter(({ path, isMissing }) => isMissing !== true || !meant.has(pathText(path)));
}
