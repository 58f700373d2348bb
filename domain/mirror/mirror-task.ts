import { adviceOn, type Difference } from './mirror-advice';
import { refWords, type RefObjects } from './mirrored-ref';
import type { Repositories } from '../project';

/** What git tells of a side that has something else than canonical. */
export interface SideEvidence {
  readonly side: keyof Repositories;
  /** Commits that it has and canonical has not, newest first: SHA and title. */
  readonly commits: readonly string[];
  readonly files: readonly string[];
}

/** A merge of both, prepared on the security side; or the files in which they contradict each other. */
export type PreparedMerge =
  | { readonly branch: string; readonly commit: string }
  | { readonly conflicts: readonly string[] };

export interface TaskContent {
  readonly project: string;
  readonly repositories: Repositories;
  readonly difference: Difference;
  readonly sentence: string;
  readonly objects: RefObjects;
  readonly evidence: readonly SideEvidence[];
  readonly merge?: PreparedMerge;
}

const MOST_LISTED = 40;

export function taskTitle({ project, difference }: Pick<TaskContent, 'project' | 'difference'>): string {
  return `Mirror of ${project}: ${refWords(difference.ref)} differs`;
}

/** What the issue about a difference says, as Markdown. It stands on the most private repository. */
export function taskText(content: TaskContent): string {
  const { project, sentence, difference } = content;
  return [
    sentence,
    '',
    ...objectTable(content),
    ...content.evidence.flatMap(evidenceLines),
    ...mergeLines(content),
    '',
    '### What to do',
    '',
    ...adviceOn(difference, project).map((line, index) => `${index + 1}. ${line}`),
    '',
    'All other refs are mirrored meanwhile. When the sides agree again, this issue closes by itself.',
  ].join('\n');
}

/** For a difference that was told and has changed since. */
export function changedText(content: TaskContent): string {
  return [`It has changed. ${content.sentence}`, '', ...objectTable(content), ...mergeLines(content)].join(
    '\n',
  );
}

function objectTable({ repositories, objects }: TaskContent): readonly string[] {
  const sides = (['canonical', 'security', 'build'] as const).filter(
    (side) => side === 'canonical' || repositories[side] !== repositories.canonical,
  );
  const rows = sides.map((side) => `| ${side} | ${repositories[side]} | ${objects[side] ?? 'not there'} |`);
  return ['| side | repository | object |', '| --- | --- | --- |', ...rows];
}

function evidenceLines({ side, commits, files }: SideEvidence): readonly string[] {
  return [
    ...list(`Commits on ${side} that canonical has not`, commits),
    ...list(`Files that differ between ${side} and canonical`, files),
  ];
}

function list(title: string, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [];
  const more = entries.length - MOST_LISTED;
  return [
    '',
    `${title} (${entries.length}):`,
    '',
    ...entries.slice(0, MOST_LISTED).map((entry) => `- \`${entry.replaceAll('`', "'")}\``),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

function mergeLines({ merge, repositories }: TaskContent): readonly string[] {
  if (merge === undefined) return [];
  if ('conflicts' in merge)
    return list('They contradict each other, so no merge is prepared, in', merge.conflicts);
  return [
    '',
    `Both are merged, without a conflict, on the branch \`${merge.branch}\` of ${repositories.security} (${merge.commit}). It is for looking at and for a merge request; nothing reads it.`,
  ];
}
