import { boardingOf, LEFT_OUT_FOR, topicsFor, type Boarding } from '../../domain/embargo/boarding';
import type { Embargo } from '../../domain/embargo/embargo';
import type { ReleaseSettings } from '../../domain/release/release';
import { fixesIn } from '../../domain/embargo/disclosed-fix';
import { standingExceptions } from '../../domain/version/system-exceptions';
import { unacceptedFixes } from '../gitlab/accepted-fixes';
import { absentFixes, readDeployed, type Deployed } from '../gitlab/managed-systems';
import type { Outside } from '../outside';
import { closedVersions } from '../records/made-versions';
import { conflictingFixes, type ConflictingFix, type SurveyedLine } from './conflicting-fixes';
import { entangledFixes } from './entangled-fixes';
import { minorsNow } from './minors-now';
import { stableBranchFor } from './survey-line';

export interface BoardingRequest {
  readonly release: string;
  readonly settings: ReleaseSettings;
  readonly lines: readonly SurveyedLine[];
  /** The registry, as it is judged. */
  readonly embargoes: readonly Embargo[];
}

/** Which fixes under embargo a patch takes, by what is registered and by what merges into its lines. */
export async function boardFixes(outside: Outside, request: BoardingRequest): Promise<Boarding> {
  const { embargoes, settings } = request;
  const { projects, managedSystems: systems = [] } = settings;
  // Before it is looked whether anything is registered: what fails here fails without an embargo, too.
  const deployed = await readDeployed(outside, { projects, systems });
  if (embargoes.length === 0) return { boarded: [], leftOut: [] };
  const { owing, born } = await minorsNow(outside, request);
  const minors = request.lines.map(({ minor }) => minor);
  const standing = await standingFixes(outside, request);
  const facts = { minors, owing, born, standing, now: new Date().toISOString() };
  const ready = boardingOf(embargoes, facts);
  let boarding = await askedOutside(outside, { boarding: ready, settings, deployed });
  const tried = {
    ...request,
    lines: [...request.lines, ...(await bornLines(outside, { request, born, boarding }))],
  };
  // A fix that does not merge is left out, and what merged only because of it is tried again without it.
  for (;;) {
    const conflicting = await conflictingFixes(outside, { ...tried, boarding });
    const entangled = await entangledFixes(outside, { settings, embargoes, boarding });
    if (conflicting.length + entangled.length === 0) return boarding;
    boarding = without(boarding, [...conflicting, ...entangled.map(builtOnAnother)]);
  }
}

/** Leaves out what is ready by the registry alone: not accepted by its reviewers, or not on every managed system. */
async function askedOutside(
  outside: Outside,
  {
    boarding,
    settings,
    deployed,
  }: {
    readonly boarding: Boarding;
    readonly settings: ReleaseSettings;
    readonly deployed: readonly Deployed[];
  },
): Promise<Boarding> {
  const { boarded } = boarding;
  const unaccepted = await unacceptedFixes(outside, { embargoes: boarded, settings });
  const accepted = boarded.filter(({ id }) => !unaccepted.some(({ embargo }) => embargo === id));
  const exceptions = standingExceptions(settings.systemExceptions, new Date().toISOString());
  const absent = await absentFixes(outside, { embargoes: accepted, deployed, exceptions });
  return {
    boarded: accepted.filter(({ id }) => !absent.some(({ embargo }) => embargo === id)),
    leftOut: [...boarding.leftOut, ...unaccepted, ...absent],
  };
}

/** What the versions of the release disclose that stay as they are, by embargo: they cover their minors. */
async function standingFixes(
  outside: Outside,
  { release, lines }: BoardingRequest,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const made = lines.map(({ minor }) => minor);
  const live = (await outside.records.versions.ofRelease(release))
    .filter(({ state }) => state === 'reserved' || state === 'tagged' || state === 'built')
    .map(({ number }) => number);
  const plans = (await closedVersions(outside, release)).map(({ plan }) => plan);
  const standing = plans.filter(({ version, minor }) => live.includes(version) && !made.includes(minor));
  const found = new Map<string, readonly string[]>();
  for (const { embargo, minor } of fixesIn(standing))
    found.set(embargo, [...(found.get(embargo) ?? []), minor]);
  return found;
}

/** The lines of which nothing is out, as far as a fix is merged into their stable branches when it is disclosed. */
async function bornLines(
  outside: Outside,
  {
    request: { settings },
    born,
    boarding,
  }: {
    readonly request: BoardingRequest;
    readonly born: readonly string[];
    readonly boarding: Boarding;
  },
): Promise<readonly SurveyedLine[]> {
  return Promise.all(
    born.map(async (minor) => {
      const concerned = settings.projects.filter(
        ({ name }) => topicsFor(boarding, { project: name, line: minor }).length > 0,
      );
      const found = concerned.map(async (project) => {
        const stable = await stableBranchFor(outside.mirrorOf(project), { project, minor });
        return stable === undefined ? [] : [{ project: project.name, ...stable }];
      });
      return { minor, projects: (await Promise.all(found)).flat() };
    }),
  );
}

/** Names no other one: who may know of this fix may not know of that. */
function builtOnAnother(embargo: string): ConflictingFix {
  const sentence =
    'Its topic holds commits that are secret still and not its own; have them disclosed with it, or base the topic anew.';
  return { embargo, sentence, evidence: [{ label: LEFT_OUT_FOR.builtOn, value: 'another secret' }] };
}

function without({ boarded, leftOut }: Boarding, conflicting: readonly ConflictingFix[]): Boarding {
  const ownerOf = (id: string): string => boarded.find((one: Embargo) => one.id === id)?.owner ?? '';
  const reasons = new Map(conflicting.map((conflict) => [conflict.embargo, conflict]));
  return {
    boarded: boarded.filter(({ id }) => !reasons.has(id)),
    leftOut: [
      ...leftOut,
      ...[...reasons.values()].map(({ embargo, sentence, evidence }) => ({
        embargo,
        verdict: {
          verdict: 'fail' as const,
          sentence,
          whoActs: ownerOf(embargo),
          evidence,
        },
      })),
    ],
  };
}
