import type { Client } from '@temporalio/client';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import type { StartingSettings } from '../domain/calendar/starting';
import { mayRead } from '../domain/embargo/embargo';
import { revertVerdict } from '../domain/fix/reverted-fix';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import type { Actor, ReleaseStatus } from '../domain/release/release';
import { ENDS, isEnd } from '../domain/release/milestones';
import { handOverItems, type HandOverItem, type LostFix } from '../domain/shift/hand-over';
import type { RosterFinding } from '../domain/shift/roster-findings';
import type { Records } from '../records/records';
import { mayKnowOfRelease } from './internal-audience';
import { mirrorStatus } from './mirror-status';
import { releaseStatus } from './release-status';
import { readKeeper } from './start-calendar-keeper';

export interface HandOverDeps {
  readonly client: Client;
  readonly records: Records;
  readonly starting?: StartingSettings | undefined;
}

export interface HandOverAsked {
  readonly person: Actor;
  /** Those that the person may know of. */
  readonly mirrors: readonly MirrorSettings[];
  readonly roster: readonly RosterFinding[];
  /** What deadlines ask of this person. */
  readonly deadlines: readonly FoundNotice[];
}

/** What waits for people, as far as this one may know of it. @throws RecordsUnavailable */
export async function handOver(
  deps: HandOverDeps,
  { person, mirrors, roster, deadlines }: HandOverAsked,
): Promise<readonly HandOverItem[]> {
  const [releases, reverts, mirrored, keeper] = await Promise.all([
    releasesUnderWay(deps, person),
    lostFixes(deps, person),
    Promise.all(mirrors.map((settings) => mirrorStatus(deps, settings))),
    deps.starting === undefined ? undefined : readKeeper(deps.client),
  ]);
  return handOverItems({
    releases,
    mirrors: mirrored,
    roster,
    deadlines,
    reverts,
    ...(keeper === undefined ? {} : { keeper }),
  });
}

async function releasesUnderWay(deps: HandOverDeps, person: Actor): Promise<readonly ReleaseStatus[]> {
  const { releases } = deps.records;
  const [rows, ends] = await Promise.all([releases.list(), releases.reached(ENDS)]);
  const over = new Set(ends.filter(({ kind, to }) => isEnd(kind, to)).map(({ id }) => id));
  const told = await Promise.all(
    rows
      .filter(({ id }) => !over.has(id))
      .map(async (row) =>
        (await mayKnowOfRelease(deps.records, { row, person })) ? releaseStatus(deps, row.id) : undefined,
      ),
  );
  return told.filter((one) => one !== undefined);
}

async function lostFixes({ records }: HandOverDeps, person: Actor): Promise<readonly LostFix[]> {
  const [embargoes, reverts] = await Promise.all([records.embargoes.all(), records.reverts.all()]);
  const now = new Date().toISOString();
  return reverts.flatMap((revert) => {
    const embargo = embargoes.find(({ id }) => id === revert.embargo);
    if (revert.acceptance !== undefined || embargo === undefined || !mayRead(person, embargo, now)) return [];
    return [{ embargo: embargo.id, since: revert.since, verdict: revertVerdict(revert, embargo) }];
  });
}
