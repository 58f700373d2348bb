import type { Client } from '@temporalio/client';
import type { BackportStanding, FixBackports } from '../domain/backport/backport-status';
import { isUndisclosed, mayRead, type Embargo } from '../domain/embargo/embargo';
import { backportFix } from '../domain/fix/backport-cells';
import { embargoCells } from '../domain/fix/embargo-cells';
import { isOpen, type BoardedFix, type Carrier } from '../domain/fix/fix-board';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { standingExceptions } from '../domain/version/system-exceptions';
import type { EmbargoCarrier } from '../records/fixes';
import type { Records } from '../records/records';
import type { GitLabReader } from './gitlab-reader';
import { owingMinorsNow } from './owing-minors';
import { demandRelease } from './internal-audience';
import { releaseStatus } from './release-status';

export interface FixesDeps {
  readonly records: Records;
  readonly client: Client;
  readonly settings: ReleaseSettings;
  readonly gitlab: GitLabReader;
}

export interface FixesAsked {
  readonly person: Actor;
  /** Those in one release alone. */
  readonly release?: string;
  /** Those of which nothing is to come, too. */
  readonly all: boolean;
}

/** Fixes under embargo that this person may know of, in registry order, and public ones, the newest first. @throws NotThere */
export async function fixesFor(deps: FixesDeps, asked: FixesAsked): Promise<readonly BoardedFix[]> {
  const { release, all } = asked;
  if (release !== undefined) await demandRelease(deps.records, { id: release, person: asked.person });
  const [secret, open] = await Promise.all([embargoFixes(deps, asked), publicFixes(deps)]);
  const fixes = [...secret, ...open];
  if (release !== undefined)
    return fixes.filter(({ cells }) => cells.some((cell) => cell.release === release));
  return all ? fixes : fixes.filter(isOpen);
}

const ENDED: readonly Embargo['state'][] = ['withdrawn', 'declassified'];

async function embargoFixes(
  deps: FixesDeps,
  { person, release }: FixesAsked,
): Promise<readonly BoardedFix[]> {
  const { records } = deps;
  const now = new Date().toISOString();
  const embargoes = (await records.embargoes.all()).filter(
    (embargo) => mayRead(person, embargo, now) && !ENDED.includes(embargo.state),
  );
  if (embargoes.length === 0) return [];
  const known = new Set(embargoes.map(({ id }) => id));
  const [carriers, leftOut, reverts, minors] = await Promise.all([
    records.fixes.embargoCarriers(),
    records.fixes.leftOut(),
    records.reverts.all(),
    owingMinorsNow(deps, now).catch(() => undefined),
  ]);
  const told = await withWaits(
    deps,
    carriers.filter(({ embargo }) => known.has(embargo)),
  );
  const exceptions = standingExceptions(deps.settings.systemExceptions, now);
  return embargoes.map((embargo) => {
    const excepted = isUndisclosed(embargo) && exceptions.length > 0 ? { exceptions } : {};
    const { id, title, owner, severity } = embargo;
    const facts = {
      now,
      carriers: told.filter((one) => one.embargo === id),
      reverts: reverts.filter((one) => one.embargo === id),
      leftOut: leftOut.filter((one) => one.embargo === id && (release ?? one.release) === one.release),
      ...minors,
    };
    return { id, kind: 'security', title, owner, severity, ...excepted, cells: embargoCells(embargo, facts) };
  });
}

/** What the releases that carry them wait for. One that does not answer is told without. */
async function withWaits(
  deps: FixesDeps,
  carriers: readonly EmbargoCarrier[],
): Promise<readonly EmbargoCarrier[]> {
  const releases = [...new Set(carriers.filter(isUnderWay).map(({ release }) => release))];
  const waits = new Map(
    await Promise.all(releases.map(async (id) => [id, (await releaseStatus(deps, id)).waitingFor] as const)),
  );
  return carriers.map((carrier) => {
    const waitsFor = isUnderWay(carrier) ? waits.get(carrier.release) : undefined;
    return waitsFor === undefined ? carrier : { ...carrier, waitsFor };
  });
}

function isUnderWay({ state }: Carrier): boolean {
  return ['reserved', 'tagged', 'built'].includes(state);
}

async function publicFixes({ records }: FixesDeps): Promise<readonly BoardedFix[]> {
  const changes = await records.backports.list({});
  const carriers = await records.fixes.changeCarriers({
    projects: [...new Set(changes.map(({ project }) => project))],
    mergeRequests: [...new Set(changes.flatMap(({ backports }) => backports.flatMap(mergeRequestOf)))],
  });
  return changes.map((change: FixBackports) =>
    backportFix(change, (standing) => {
      const [mergeRequest] = mergeRequestOf(standing);
      return carriers.filter(
        (one) =>
          one.project === change.project && one.minor === standing.minor && one.mergeRequest === mergeRequest,
      );
    }),
  );
}

function mergeRequestOf({ state }: BackportStanding): readonly number[] {
  return 'mergeRequest' in state ? [state.mergeRequest.iid] : [];
}
