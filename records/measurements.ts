import type { UnreleasedLine } from '../domain/planning/pressure';
import type { ProductionChange } from '../domain/planning/time-to-production';
import type { Queryable, Statement } from './database';

/** What is measured where somebody looks, by its name. */
export interface MeasuredFacts {
  /** Of the lines that get fixes, newest first. */
  readonly pressure: readonly UnreleasedLine[];
  readonly production: readonly ProductionChange[];
}

export type MeasureName = keyof MeasuredFacts;

export interface Measurement<Name extends MeasureName> {
  readonly facts: MeasuredFacts[Name];
  /** ISO 8601; when it was begun to look. */
  readonly measuredAt: string;
}

export interface Measurements {
  /** The last one; undefined before the first. */
  find<Name extends MeasureName>(measure: Name): Promise<Measurement<Name> | undefined>;
  /** In place of the one before, unless that was begun later. */
  note<Name extends MeasureName>(measure: Name, measurement: Measurement<Name>): Promise<void>;
}

const FIND: Statement = {
  name: 'measurements.find',
  text: 'SELECT facts, measured_at AS "measuredAt" FROM measurements WHERE measure = $1',
};
const NOTE: Statement = {
  name: 'measurements.note',
  text: `INSERT INTO measurements (measure, facts, measured_at) VALUES ($1, $2, $3)
    ON CONFLICT (measure) DO UPDATE SET facts = excluded.facts, measured_at = excluded.measured_at
      WHERE measurements.measured_at < excluded.measured_at`,
};

export function createMeasurements(database: Queryable): Measurements {
  return {
    find: async <Name extends MeasureName>(measure: Name) => {
      const [found] = await database.rows<Measurement<Name>>(FIND, [measure]);
      return found;
    },
    note: async (measure, { facts, measuredAt }) => {
      await database.rows(NOTE, [measure, JSON.stringify(facts), measuredAt]);
    },
  };
}
