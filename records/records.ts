import { createArtifacts, type ArtifactRecords } from './artifacts';
import { createBackports, type Backports } from './backports';
import { createCalendarRecords, type CalendarRecords } from './calendar';
import { closeRelease, type CloseRequest } from './closing';
import { createCutDurations, type CutDurations } from './cut-durations';
import { openDatabase, type Database, type DatabaseOptions } from './database';
import { createDecisions, type Decisions } from './decisions';
import { createEffects, type Effects, type Recorded } from './effects';
import { createEmbargoes, type Embargoes } from './embargoes';
import { createFixes, type Fixes } from './fixes';
import { createInbox, type Inbox } from './inbox';
import { createInclusions, type Inclusions } from './inclusions';
import { createInternalRequests, type InternalRequests } from './internal-requests';
import { createMeasurements, type Measurements } from './measurements';
import { createMirroredRefs, type MirroredRefs } from './mirrored-refs';
import { offerBuild, readOfferFacts, type Offer, type OfferFacts, type Offered } from './offer-build';
import { createPipelineBell, type PipelineBell } from './pipeline-bell';
import { createPublication, type Publication } from './publication';
import { createRehearsals, type Rehearsals } from './rehearsals';
import { createReleases, type Releases } from './releases';
import { createReverts, type Reverts } from './reverts';
import { createShiftRecords, type ShiftRecords } from './shifts';
import { createTransitions, type Transitions } from './transitions';
import { createTurns, type Turns } from './turns';
import { createVersions, type Versions } from './versions';

/** The memory that outlives a workflow. Every write is keyed, so everything may be asked twice. */
export interface Records {
  readonly releases: Releases;
  readonly transitions: Transitions;
  readonly effects: Effects;
  readonly versions: Versions;
  readonly publication: Publication;
  readonly inclusions: Inclusions;
  readonly artifacts: ArtifactRecords;
  readonly inbox: Inbox;
  readonly bell: PipelineBell;
  readonly decisions: Decisions;
  readonly embargoes: Embargoes;
  readonly internalRequests: InternalRequests;
  readonly fixes: Fixes;
  readonly cutDurations: CutDurations;
  readonly rehearsals: Rehearsals;
  readonly measurements: Measurements;
  readonly mirroredRefs: MirroredRefs;
  readonly backports: Backports;
  readonly reverts: Reverts;
  readonly turns: Turns;
  readonly calendar: CalendarRecords;
  readonly shifts: ShiftRecords;
  /** See {@link closeRelease}. */
  closeRelease<T extends object>(request: CloseRequest<T>): Promise<Recorded<T>>;
  /** See {@link offerBuild}. */
  offerBuild(offer: Offer): Promise<Offered>;
  /** See {@link readOfferFacts}. */
  offerFacts(): Promise<OfferFacts>;
  close(): Promise<void>;
}

/** Opens the records; connects when first asked. The schema must be up to date, see `migrate`. */
export function openRecords(options: DatabaseOptions): Records {
  return createRecords(openDatabase(options));
}

export function createRecords(database: Database): Records {
  const bell = createPipelineBell(database.url);
  return {
    releases: createReleases(database),
    transitions: createTransitions(database),
    effects: createEffects(database),
    versions: createVersions(database),
    publication: createPublication(database),
    inclusions: createInclusions(database),
    artifacts: createArtifacts(database),
    inbox: createInbox(database),
    bell,
    decisions: createDecisions(database),
    embargoes: createEmbargoes(database),
    internalRequests: createInternalRequests(database),
    fixes: createFixes(database),
    cutDurations: createCutDurations(database),
    rehearsals: createRehearsals(database),
    measurements: createMeasurements(database),
    mirroredRefs: createMirroredRefs(database),
    backports: createBackports(database),
    reverts: createReverts(database),
    turns: createTurns(database),
    calendar: createCalendarRecords(database),
    shifts: createShiftRecords(database),
    closeRelease: (request) => closeRelease(database, request),
    offerBuild: (offer) => offerBuild(database, offer),
    offerFacts: () => readOfferFacts(database),
    close: async () => {
      await bell.close();
      await database.close();
    },
  };
}
