import { reachedSentence } from '../domain/release/version-reached';
import type { Queryable, Statement } from './database';

/** How long a version took from its cut to its verification. */
export interface CutDuration {
  readonly version: string;
  readonly minutes: number;
}

const VERIFIED = reachedSentence({ version: '<version>', reached: 'verified' });
const MEASURED: Statement = {
  name: 'cut-durations.measured',
  text: `SELECT c ->> 'version' AS version,
      (extract(epoch FROM min(t.recorded_at) - e.made_at) / 60)::double precision AS minutes
    FROM effects e
    JOIN releases r ON r.workflow_id = e.release AND r.kind <> 'internal'
    CROSS JOIN jsonb_array_elements(e.result -> 'versions') AS c
    JOIN transitions t ON t.release = e.release AND t.to_state = 'version_reached'
      AND t.sentence = replace($2, '<version>', c ->> 'version')
    WHERE e.step = 'close' GROUP BY e.key, e.made_at, c ->> 'version' ORDER BY e.made_at DESC LIMIT $1`,
};

/** Of what is made for the public: how many internal releases there were, and how long they took, is for their audience. */
export interface CutDurations {
  /** The newest first. */
  newest(count: number): Promise<readonly CutDuration[]>;
}

export function createCutDurations(database: Queryable): CutDurations {
  return { newest: (count) => database.rows<CutDuration>(MEASURED, [count, VERIFIED]) };
}
