import type { BlockList } from 'node:net';
import type { Client } from '@temporalio/client';
import type { DateTime } from 'luxon';
import type { PayloadCodec } from '@temporalio/common';
import type { Logger } from 'pino';
import type { BackportSettings } from '../domain/backport/backport-status';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { StartingSettings } from '../domain/calendar/starting';
import type { KnownDoor } from '../domain/embargo/doors';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { ReleaseKind } from '../domain/release/milestones';
import type { ReleaseSettings } from '../domain/release/release';
import type { Records } from '../records/records';
import type { GitLabReader } from '../starters/gitlab-reader';

/** What the gateway works with. */
export interface GatewayDeps {
  readonly client: Client;
  readonly records: Records;
  readonly codec: PayloadCodec;
  readonly logger: Logger;
  /** The rules that a release of the kind is started with. */
  readonly settingsOf: (kind: ReleaseKind) => ReleaseSettings;
  /** What the mirror of each project is started with. */
  readonly mirrors: readonly MirrorSettings[];
  /** What backports of each project are started with. */
  readonly backports: readonly BackportSettings[];
  /** What else may write to canonical repositories, as the configuration accounts for it. */
  readonly knownDoors: readonly KnownDoor[];
  /** What the calendar of the product is planned by. */
  readonly calendar: PlannedBy & { readonly product: string };
  /** What the calendar of the product shows now. */
  readonly calendarNow: () => DateTime<true>;
  /** By what dates are judged, and within which limits they are moved with nobody asked. */
  readonly planning: PlanningPolicy;
  /** How releases start by the calendar; absent where people start them. */
  readonly starting?: StartingSettings;
  /** With the token as it is now; it does not answer from `until` on. */
  readonly gitlab: (until?: AbortSignal) => GitLabReader;
  /** Ed25519 private key, hex, that decisions are signed with. */
  readonly signer: string;
  /** Folder whose people and webhook secrets are read at use. */
  readonly secretsFolder: string;
  /** Who may have payloads decoded without a token. */
  readonly codecPeers: BlockList;
  /** Where this gateway is reached. */
  readonly url: string;
}
