import type { AtomEntry } from './atom';
import type { PublicVersion } from '../version/public-version';
import { nameOf, type CalendarEntry, type CalendarRevision } from './published-calendar';
import { toldInstant } from './told-instant';

export interface Happened {
  /** Oldest first. */
  readonly revisions: readonly CalendarRevision[];
  readonly versions: readonly PublicVersion[];
  /** What makes ids unique in the world, and never changes: `gitlab.signalbox`. */
  readonly host: string;
  /** `18.7`: of this line alone. */
  readonly line?: string;
}

/** A reader asks long before it has missed so many. */
const MOST = 100;

/**
 * What has happened, newest first: revisions of the calendar, and publications. Nothing that is to come is in it, for a feed tells of
 * what is; and no id ever stands for anything else.
 */
export function happenings({ revisions, versions, host, line }: Happened): readonly AtomEntry[] {
  const ours = line === undefined ? versions : versions.filter(({ minor }) => minor === line);
  return [...ours.map((version) => ofVersion(version, host)), ...ofRevisions(revisions, { host, line })]
    .toSorted((left, right) => Date.parse(right.updated) - Date.parse(left.updated))
    .slice(0, MOST);
}

/** @param path what of this product it is */
export function permanentId(host: string, path: string): string {
  // The year is when these ids began (RFC 4151), and stays.
  return `tag:${host},2026:${path}`;
}

function ofVersion({ number, release, publishedAt, withdrawn }: PublicVersion, host: string): AtomEntry {
  const brought = `${release} brought it.`;
  const id = permanentId(host, `version/${number}`);
  if (withdrawn === undefined)
    return { id, title: `${number} is published`, updated: publishedAt, content: brought };
  return {
    id,
    title: `${number} is withdrawn`,
    published: publishedAt,
    updated: withdrawn.at,
    content: `${brought} Do not use it: ${withdrawn.reason}`,
  };
}

interface Of {
  readonly host: string;
  readonly line: string | undefined;
}

function ofRevisions(revisions: readonly CalendarRevision[], { host, line }: Of): readonly AtomEntry[] {
  const before = new Map<string, string>();
  return revisions.flatMap(({ number, kind, entries, by, reason, madeAt }) => {
    const told = entries.map((entry) => ({ ...entry, from: before.get(nameOf(entry)) }));
    for (const entry of entries) before.set(nameOf(entry), entry.at);
    const own = line === undefined ? told : told.filter(({ minors }) => minors.includes(line));
    if (own.length === 0) return [];
    const path = `calendar/revision/${number}`;
    return [
      {
        id: permanentId(host, line === undefined ? path : `${path}/${line}`),
        title: `${releasesOf(own)} ${DONE[kind]}`,
        updated: madeAt,
        author: by.id,
        content: [`${by.id}: ${reason}`, ...own.filter(isTold[kind]).map(WORDS[kind])].join('\n'),
      },
    ];
  });
}

type Told = CalendarEntry & { readonly from: string | undefined };

const DONE = { publish: 'published in the calendar', move: 'moved', cancel: 'cancelled' } as const;

/** Of what is new the promised dates tell enough. */
const isTold = {
  publish: ({ milestone }: Told): boolean => milestone === 'published',
  move: (): boolean => true,
  cancel: ({ milestone }: Told): boolean => milestone === 'published',
};

const WORDS = {
  publish: ({ release, at }: Told): string => `${release}: ${toldInstant(at)}`,
  move: ({ release, milestone, at, from }: Told): string =>
    `${release} ${milestone}: ${toldInstant(at)}${from === undefined ? '' : `, before ${toldInstant(from)}`}`,
  cancel: ({ release, at }: Told): string => `${release}: was to be on ${toldInstant(at)}`,
};

function releasesOf(entries: readonly CalendarEntry[]): string {
  const releases = [...new Set(entries.map(({ release }) => release))];
  return releases.length === 1 ? (releases[0] ?? '') : `${releases.length} releases`;
}
