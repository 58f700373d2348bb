import { firstOf, lineOf, partsOf } from '../domain/version/naming';
import { isInternal, minorOf } from '../domain/version/number';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import type { Records } from '../records/records';
import type { VersionRow } from '../records/versions';
import type { GitLabReader } from './gitlab-reader';
import { knownTo } from './internal-audience';
import { publishedVersions } from './plan';
import { InvalidRequest, NotThere } from './refusals';
import { successorOf } from './withdraw-version';

export interface VersionDeps {
  readonly records: Records;
  readonly settings: ReleaseSettings;
  readonly gitlab: GitLabReader;
}

/** Where a version is, for somebody who does not know which release it belongs to. */
export interface WhereVersion {
  readonly version: string;
  /** State of the number; `planned` before it is reserved. */
  readonly state: VersionRow['state'] | 'planned';
  /** Workflow id of the release that carries it; absent for one of before Signalbox. */
  readonly release?: string;
  readonly since?: string;
  /** Of a withdrawn version: the release that brings what follows it. */
  readonly successor?: string;
  readonly sentence: string;
}

const MINOR = /^\d+\.\d+$/;

/**
 * What is known of a version such as 18.6.2, or of the newest one of a minor.
 * @throws InvalidRequest, NotThere that names the lines there are, GitLabUnavailable
 */
export async function versionStatus(
  deps: VersionDeps,
  { asked, person }: { readonly asked: string; readonly person: Actor },
): Promise<WhereVersion> {
  const isMinor = MINOR.test(asked);
  if (!isMinor) refuseMalformed(asked);
  const { records } = deps;
  const found = isMinor ? await newestOf(records, asked) : await records.versions.find({ number: asked });
  const [row] = found === undefined ? [] : await knownTo(records, { rows: [found], person });
  if (row !== undefined) return recorded(records, row);
  const planned = await plannedMonthly(deps.records, asked);
  if (planned !== undefined) return planned;
  const out = await publishedVersions(deps);
  const tagged = out.findLast((one) => (isMinor ? lineOf(one) === asked : one === asked));
  if (tagged === undefined) throw notThere(asked, out);
  return {
    version: tagged,
    state: 'published',
    sentence: `${tagged} is published: its tag is public. It was not made by Signalbox.`,
  };
}

/** Every number of a minor that was ever given out, in order, as far as a person may know. @throws InvalidRequest */
export async function versionsOfMinor(
  records: Records,
  { minor, person }: { readonly minor: string; readonly person: Actor },
): Promise<readonly VersionRow[]> {
  if (!MINOR.test(minor)) refuseMalformed(minor);
  return knownTo(records, { rows: await records.versions.ofMinor({ minor }), person });
}

function refuseMalformed(asked: string): void {
  try {
    partsOf(asked);
  } catch {
    throw new InvalidRequest({
      where: 'the version asked for',
      what: `${JSON.stringify(asked.slice(0, 60))} is no version`,
      remedy: 'Write a version such as 18.6.2 or 18.7.0-rc42, or a minor such as 18.6',
    });
  }
}

/** Of those that are public, or will be: an internal one is never what a minor has come to. */
async function newestOf(records: Records, minor: string): Promise<VersionRow | undefined> {
  const rows = await records.versions.ofMinor({ minor });
  return rows.findLast(
    ({ number, state }) => !isInternal(number) && state !== 'burned' && state !== 'withdrawn',
  );
}

async function recorded(
  records: Records,
  { number, state, release, changedAt, reason }: VersionRow,
): Promise<WhereVersion> {
  const why = reason === null ? '' : `: ${reason.replace(/\.$/, '')}`;
  const successor = state === 'withdrawn' ? await successorOf(records, number) : undefined;
  const follows = successor === undefined ? '' : ` ${successor} brings its successor.`;
  return {
    version: number,
    state,
    release,
    since: changedAt,
    sentence: `${number} is ${state} since ${changedAt}${why}. ${release} carries it.${follows}`,
    ...(successor === undefined ? {} : { successor }),
  };
}

/** A monthly release knows its number before it is reserved. */
async function plannedMonthly(records: Records, asked: string): Promise<WhereVersion | undefined> {
  const minor = MINOR.test(asked) ? asked : minorOf(asked);
  if (asked !== minor && asked !== firstOf(minor)) return undefined;
  const row = await records.releases.find(`monthly:${minor}`);
  if (row === undefined) return undefined;
  return {
    version: firstOf(minor),
    state: 'planned',
    release: row.id,
    since: row.startedAt,
    sentence: `${firstOf(minor)} is under way since ${row.startedAt}; its number is reserved when its list closes. ${row.id} carries it.`,
  };
}

const LINES_NAMED = 6;

function notThere(asked: string, out: readonly string[]): NotThere {
  const newest = new Map(out.map((version) => [lineOf(version), version]));
  const lines = [...newest].slice(-LINES_NAMED).toReversed();
  return new NotThere({
    where: `version ${asked}`,
    what: 'no release carries it, and there is no such tag',
    remedy:
      lines.length === 0
        ? 'Nothing is out yet'
        : `The lines there are: ${lines.map(([line, version]) => `${line} (newest ${version})`).join(', ')}`,
  });
}
