import type { Transition } from '../domain/release/release';
import type { VersionState } from '../domain/version/superset';
import { RecordsConflict, type Queryable, type Statement } from './database';
import { lockMinors } from './versions';

/** A step of a release's publication, with the lines of the record that it stands for. */
export interface PublicationStep {
  readonly release: string;
  readonly workflowId: string;
  /** Product versions. */
  readonly versions: readonly string[];
  readonly transitions: readonly Transition[];
}

export interface UnitRow {
  readonly line: string;
  readonly number: string;
  readonly minor: string;
  readonly state: VersionState;
  readonly productVersion: string;
  readonly changedAt: string;
}

const UNIT: Statement = {
  name: 'publication.unit',
  text: `SELECT line, number, minor, state, product_version AS "productVersion", changed_at AS "changedAt"
    FROM versions WHERE release = $1 AND product_version = ANY($2)`,
};
const SET_STATE: Statement = {
  name: 'publication.set-state',
  text: `UPDATE versions SET state = $3, changed_at = now()
    WHERE release = $1 AND product_version = ANY($2) AND state <> $3 AND state <> 'published'`,
};

/** The rows may have changed while the lock was waited for, so they are read under it. */
export async function lockUnit(transaction: Queryable, step: PublicationStep): Promise<readonly UnitRow[]> {
  const keys = [step.release, step.versions];
  await lockMinors(transaction, await transaction.rows<UnitRow>(UNIT, keys));
  return transaction.rows<UnitRow>(UNIT, keys);
}

interface Unit {
  readonly unit: readonly UnitRow[];
  readonly allowed: readonly VersionState[];
}

export function refuseOthers(step: PublicationStep, { unit, allowed }: Unit): void {
  for (const version of step.versions) {
    if (!unit.some((row) => row.productVersion === version)) throw notReserved(step.release, version);
  }
  const wrong = unit.find(({ state }) => !allowed.includes(state));
  if (wrong === undefined) return;
  throw new RecordsConflict({
    where: `${wrong.line} ${wrong.number} of ${step.release}`,
    what: `it is ${wrong.state} since ${wrong.changedAt}; this step wants ${allowed.join(' or ')}`,
    remedy: 'Close the release again for a new number, or look at what happened to this one',
  });
}

/** All of its versions that are not published. */
export async function setState(
  transaction: Queryable,
  step: PublicationStep,
  to: VersionState,
): Promise<void> {
  await transaction.rows(SET_STATE, [step.release, step.versions, to]);
}

function notReserved(release: string, version: string): RecordsConflict {
  return new RecordsConflict({
    where: `version ${version}`,
    what: `${release} has not reserved it`,
    remedy: 'A version gets its number when its release closes',
  });
}
