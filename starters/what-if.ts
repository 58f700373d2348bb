import { boardingOf } from '../domain/embargo/boarding';
import { mayRead, type Embargo } from '../domain/embargo/embargo';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { whatIf, type WantedRelease, type WantedVersion, type WhatIf } from '../domain/release/what-if';
import type { FirstVersionState } from '../domain/version/first-version';
import { firstOf, lineOf } from '../domain/version/naming';
import { nextMinor } from '../domain/version/number';
import { standingExceptions, type SystemException } from '../domain/version/system-exceptions';
import type { ReleaseRow } from '../records/releases';
import type { VersionRow } from '../records/versions';
import type { Records } from '../records/records';
import type { GitLabReader } from './gitlab-reader';
import { owingMinorsNow } from './owing-minors';
import { planRelease, publishedVersions } from './plan';

export const WHAT_IF_QUESTIONS = ['monthly-first', 'patch-first', 'critical-now'] as const;
export type WhatIfQuestion = (typeof WHAT_IF_QUESTIONS)[number];

export interface WhatIfDeps {
  readonly records: Records;
  readonly gitlab: GitLabReader;
  readonly settings: ReleaseSettings;
}

export interface WhatIfAnswer {
  /** As it was asked, then the other way round. */
  readonly orders: readonly WhatIf[];
  /** What the minutes rest on. */
  readonly basis: string;
  /** Managed systems that a patch which starts now does not wait for. */
  readonly exceptions?: readonly SystemException[];
}

/** What the order of publications would cost. Nothing is changed. @throws GitLabUnavailable, GitLabRefused */
export async function askWhatIf(
  deps: WhatIfDeps,
  { question, person }: { readonly question: WhatIfQuestion; readonly person: Actor },
): Promise<WhatIfAnswer> {
  const now = new Date().toISOString();
  const { owing, born } = await owingMinorsNow(deps, now);
  const readable = (await deps.records.embargoes.all()).filter((embargo) => mayRead(person, embargo, now));
  const known = { owing, born, readable, now };
  const [patch, monthly] = await Promise.all([patchWanted(deps, known), monthlyWanted(deps)]);
  const orders = await ordersOf(question, { deps, known, patch, monthly });
  const minors = new Set(orders.flat().flatMap(({ versions }) => versions.map(({ minor }) => minor)));
  const taken = await Promise.all([...minors].map((minor) => deps.records.versions.ofMinor({ minor })));
  const { minutes, basis } = await measured(deps.records);
  const exceptions = standingExceptions(deps.settings.systemExceptions, now);
  const facts = { owing, taken: taken.flat().map(({ number }) => number) };
  return {
    orders: orders.map((releases) =>
      whatIf({ ...facts, releases, ...(minutes === undefined ? {} : { rebuildMinutes: minutes }) }),
    ),
    basis,
    ...(exceptions.length === 0 ? {} : { exceptions }),
  };
}

interface Known {
  readonly owing: readonly string[];
  readonly born: readonly string[];
  /** Embargoes that whoever asks may know of. */
  readonly readable: readonly Embargo[];
  readonly now: string;
}

interface Gathered {
  readonly deps: WhatIfDeps;
  readonly known: Known;
  readonly patch: WantedRelease;
  readonly monthly: WantedRelease;
}

async function ordersOf(
  question: WhatIfQuestion,
  { deps, known, patch, monthly }: Gathered,
): Promise<readonly (readonly WantedRelease[])[]> {
  if (question === 'monthly-first')
    return [
      [monthly, patch],
      [patch, monthly],
    ];
  if (question === 'patch-first')
    return [
      [patch, monthly],
      [monthly, patch],
    ];
  const critical = { ...(await nextPatchWanted(deps, known)), release: 'a critical patch' };
  return [
    [critical, patch, monthly],
    [patch, monthly, critical],
  ];
}

const CUT: readonly VersionRow['state'][] = ['reserved', 'tagged', 'built', 'publishing'];

/** The newest patch with versions that are cut and not public, else the next one as it would be started now. */
async function patchWanted(deps: WhatIfDeps, known: Known): Promise<WantedRelease> {
  const { records } = deps;
  const patches = (await records.releases.list()).filter(({ kind }) => kind === 'patch');
  for (const { id } of patches) {
    const rows = productRows(await records.versions.ofRelease(id)).filter(({ state }) => CUT.includes(state));
    if (rows.length === 0) continue;
    const carriers = await records.fixes.embargoCarriers();
    const boarded = new Set(carriers.filter(({ release }) => release === id).map(({ embargo }) => embargo));
    return {
      release: id,
      kind: 'patch',
      versions: rows.map(({ minor, number }) => ({ minor, number, isCut: true })),
      fixes: known.readable.filter((embargo) => boarded.has(embargo.id)).map(fixOf),
    };
  }
  return nextPatchWanted(deps, known);
}

function productRows(rows: readonly VersionRow[]): readonly VersionRow[] {
  return rows.filter(({ line }) => line === 'product');
}

function fixOf({ id, affects }: Embargo): WantedRelease['fixes'][number] {
  return { fix: id, affects: affects.map(({ line }) => line) };
}

async function nextPatchWanted(
  deps: WhatIfDeps,
  { owing, born, readable, now }: Known,
): Promise<WantedRelease> {
  const out = new Set((await publishedVersions(deps)).map(lineOf));
  const minors = owing.filter((minor) => out.has(minor));
  const { versions } = await planRelease(deps, { kind: 'patch', minors: [...minors] });
  const { boarded } = boardingOf(readable, { minors, owing, born, now });
  return {
    release: 'the next patch',
    kind: 'patch',
    versions: versions.map(({ version }) => notCut(version)),
    fixes: boarded.map(fixOf),
  };
}

function notCut(number: string): WantedVersion {
  return { minor: lineOf(number), number, isCut: false };
}

/** The monthly under way, else the next one. */
async function monthlyWanted(deps: WhatIfDeps): Promise<WantedRelease> {
  const { records } = deps;
  const published = await publishedVersions(deps);
  const under = (await records.releases.list()).find(
    ({ id, kind }) => kind === 'monthly' && !published.includes(firstOf(minorOfMonthly(id))),
  );
  const newest = published.at(-1);
  if (under !== undefined) return runningMonthly(records, under);
  const next = newest === undefined ? '1.0.0' : nextMinor(newest);
  return {
    release: `monthly:${lineOf(next)}`,
    kind: 'monthly',
    versions: [notCut(next)],
    fixes: [],
    first: 'untagged',
  };
}

function minorOfMonthly(id: string): string {
  return id.slice('monthly:'.length);
}

async function runningMonthly(records: Records, { id }: ReleaseRow): Promise<WantedRelease> {
  const minor = minorOfMonthly(id);
  const number = firstOf(minor);
  const row = productRows(await records.versions.ofRelease(id)).find((one) => one.number === number);
  const isCut = row !== undefined && row.state !== 'burned';
  const first: FirstVersionState = isCut && row.state !== 'reserved' ? 'tagged' : 'untagged';
  return { release: id, kind: 'monthly', versions: [{ minor, number, isCut }], fixes: [], first };
}

const MEASURED_AT_MOST = 50;

async function measured(records: Records): Promise<{ readonly minutes?: number; readonly basis: string }> {
  const rows = await records.cutDurations.newest(MEASURED_AT_MOST);
  const sorted = rows.map(({ minutes }) => minutes).toSorted((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined)
    return { basis: 'No version was cut and verified here yet, so no minutes can be told.' };
  const basis = `Minutes: the median of ${sorted.length} versions, from the cut to the verification: ${median.toFixed(1)} each.`;
  return { minutes: median, basis };
}
