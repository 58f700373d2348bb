import type { Client } from '@temporalio/client';
import { mayRead, unknownEmbargo, type Severity } from '../domain/embargo/embargo';
import { firstApproverFault } from '../domain/internal/first-approver';
import { lostFixes } from '../domain/internal/installed-floor';
import type { InternalRequest, InternalSettings } from '../domain/internal/internal-request';
import { publicProjects, requestVerdict, type RequestFacts } from '../domain/internal/request-verdict';
import { milestonesOf } from '../domain/release/milestones';
import { internalTitle } from '../domain/release/release-title';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { firstOf, lineOf } from '../domain/version/naming';
import { compareNumbers } from '../domain/version/number';
import { SignalboxKind, SignalboxState } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import type { Records } from '../records/records';
import type { ReleaseRow } from '../records/releases';
import type { InternalReleaseInput } from '../workflows/release.messages';
import { drawnName } from './drawn-name';
import type { GitLabReader } from './gitlab-reader';
import { publishedVersions } from './plan';
import { InvalidRequest, NotPossible, NotThere } from './refusals';
import { refuseOtherProduct } from './refuse-other-product';
import { minorIn } from './release-request';
import { otherRequest, startOnce, type StartedRelease } from './start-release';

export interface StartInternalDeps {
  readonly client: Client;
  readonly records: Records;
  readonly settings: ReleaseSettings;
  readonly gitlab: GitLabReader;
  /** Roles of a person by id; undefined for somebody whom nobody here knows. */
  readonly rolesOf: (person: string) => readonly string[] | undefined;
}

/** An internal release as somebody asks for it, not looked at yet. */
export interface InternalAsked {
  readonly incident: string;
  readonly severity: Severity;
  /** In any order. */
  readonly minors: readonly string[];
  /** Ids of embargoes. */
  readonly fixes: readonly string[];
  readonly impact: string;
  readonly engineeringManager: string;
  /** Names of some that are configured; absent: all of them. */
  readonly installations?: readonly string[];
  /** Milliseconds; absent: as configured. */
  readonly acknowledgeWithinMs?: number;
  readonly requestKey: string;
  readonly startedBy: Actor;
}

/**
 * Keeps the request, records the release, then starts its workflow; asked again with the same key, what is missing of that.
 * What the rules reject is told at once, and nothing is started.
 * @throws InvalidRequest, NotThere for an embargo that whoever asks may not know of, NotPossible, RecordsConflict,
 * RecordsUnavailable, GitLabUnavailable, EngineUnavailable
 */
export async function startInternalRelease(
  deps: StartInternalDeps,
  asked: InternalAsked,
): Promise<StartedRelease> {
  const { records, client } = deps;
  const { requestKey, startedBy } = asked;
  const request = readInternal(deps.settings, asked);
  const known = await records.releases.findByRequestKey(requestKey);
  if (known !== undefined && known.kind !== 'internal') throw otherRequest(known, requestKey);
  if (known === undefined) {
    await refuseOtherProduct(deps);
    refuseStranger(deps, request);
    await refuseRejected(deps, { request, startedBy });
  }
  const { id } = await records.internalRequests.open({
    id: `internal:${drawnName()}`,
    requestKey,
    request,
  });
  const title = internalTitle(id);
  const { settings } = deps;
  const row = await records.releases.open({ id, title, kind: 'internal', requestKey, settings, startedBy });
  await startOnce(client, { workflow: 'internalRelease', options: optionsOf(row, request) });
  return { id, kind: row.kind, title, isNew: known === undefined };
}

/** @throws InvalidRequest that says which field is wrong; NotPossible where none can be made */
function readInternal({ internal }: ReleaseSettings, asked: InternalAsked): InternalRequest {
  if (internal === undefined)
    throw new NotPossible({
      where: 'signalbox.yaml, internal',
      what: 'it is missing, so nobody knows what an internal release would be handed over to',
      remedy: 'Name environments and installations there, and start the gateway again',
    });
  const { incident, severity, fixes, impact, engineeringManager } = asked;
  const minors = [...new Set(asked.minors.map((minor) => minorIn('minors', minor)))];
  return {
    incident,
    severity,
    minors: minors.toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left))),
    fixes: [...new Set(fixes)],
    impact,
    engineeringManager,
    installations: installationsOf(internal, asked.installations),
    acknowledgeWithinMs: asked.acknowledgeWithinMs ?? internal.acknowledgeWithinMs,
  };
}

function installationsOf(
  { installations }: InternalSettings,
  names: readonly string[] | undefined,
): InternalRequest['installations'] {
  const unknown = names?.find((name) => !installations.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new InvalidRequest({
      where: 'the release asked for, installations',
      what: `there is no installation ${unknown}`,
      remedy: `Name some of ${installations.map(({ name }) => name).join(', ')}`,
    });
  return names === undefined ? installations : installations.filter(({ name }) => names.includes(name));
}

/** It would wait for whoever approves first, and nobody could say yes. */
function refuseStranger(
  { settings, rolesOf }: StartInternalDeps,
  { engineeringManager: id }: InternalRequest,
): void {
  const what = firstApproverFault({ id, roles: rolesOf(id) }, settings.approvals);
  if (what === undefined) return;
  throw new InvalidRequest({
    where: 'the release asked for, engineeringManager',
    what,
    remedy: 'Name the person by the id in people.json, and see that the role stands there',
  });
}

interface Rejecting {
  readonly request: InternalRequest;
  readonly startedBy: Actor;
}

async function refuseRejected(deps: StartInternalDeps, { request, startedBy }: Rejecting): Promise<void> {
  // Whoever asks may read the fixes that it names, or has been told that they are not there.
  const facts = await factsFor(deps, { request, startedBy });
  const named = requestVerdict(request, { ...facts, lost: [] }).cleared;
  const { cleared, uncleared } = requestVerdict(request, facts);
  const ofFloor = (await mayReadLost(deps, { facts, startedBy })) ? cleared : uncleared;
  const { verdict, sentence } = named.verdict === 'pass' ? ofFloor : named;
  if (verdict === 'pass') return;
  throw new NotPossible({
    where: 'the internal release asked for',
    what: `it is rejected. ${sentence.replace(/\.$/, '')}`,
    remedy: 'Ask again with what would be right; nothing was started',
  });
}

/** What an installation would lose was asked for by others: whoever asks now may not be of its audience. */
async function mayReadLost(
  { records }: StartInternalDeps,
  { facts: { lost = [] }, startedBy }: { readonly facts: RequestFacts; readonly startedBy: Actor },
): Promise<boolean> {
  const now = new Date().toISOString();
  const ids = lost.flatMap(({ fixes }) => fixes);
  const all = await Promise.all(ids.map((id) => records.embargoes.find(id)));
  return all.every((embargo) => embargo !== undefined && mayRead(startedBy, embargo, now));
}

async function factsFor(
  { records, settings, gitlab }: StartInternalDeps,
  { request, startedBy }: Rejecting,
): Promise<RequestFacts> {
  const now = new Date().toISOString();
  const fixes = await Promise.all(
    request.fixes.map(async (id) => {
      const embargo = await records.embargoes.find(id);
      if (embargo === undefined || !mayRead(startedBy, embargo, now)) throw new NotThere(unknownEmbargo(id));
      return embargo;
    }),
  );
  const published = await publishedVersions({ settings, gitlab });
  return {
    fixes,
    published: [...new Set(published.toReversed().map(lineOf))],
    publicProjects: publicProjects(settings.projects),
    lost: lostFixes(
      { request, packages: request.minors.map((minor) => ({ minor })) },
      await records.offerFacts(),
    ),
  };
}

/** Nothing of the request is in what the engine's index shows: kind, state, and an id that means nothing. */
function optionsOf(row: ReleaseRow, request: InternalRequest): Parameters<typeof startOnce>[1]['options'] {
  const input: InternalReleaseInput = { settings: row.settings, request, startedBy: row.startedBy };
  return {
    workflowId: row.id,
    taskQueue: RELEASES,
    args: [input],
    typedSearchAttributes: [
      { key: SignalboxKind, value: 'internal' },
      { key: SignalboxState, value: 'requested' },
    ],
    staticSummary: row.title,
    staticDetails: `Milestones: ${milestonesOf('internal').join(' → ')}.`,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  };
}
