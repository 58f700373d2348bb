import { ENDS, type ReleaseKind } from '../domain/release/milestones';
import type { Transition } from '../domain/release/release';
import type { Queryable, Statement } from './database';

/** Whose lines they are. */
export interface Lines {
  /** Workflow id of the release. */
  readonly release: string;
  /** The workflow that counted the ordinals: the release itself, or the child of one version. */
  readonly workflowId: string;
  readonly transitions: readonly Transition[];
}

export interface RecordedTransition extends Transition {
  readonly workflowId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A line with what is to be known of the release that it is of. */
export interface ReleaseLine extends Pick<RecordedTransition, 'workflowId' | 'to' | 'sentence' | 'at'> {
  readonly release: string;
  readonly kind: ReleaseKind;
  /** As the release was started with it. */
  readonly onHoldExpiry: string;
}

export interface Transitions {
  /**
   * Appends. A line that is there with the same content is left alone.
   * @returns the instant of the recording, ISO 8601
   * @throws RecordsConflict when the ordinal is there with other content
   */
  append(lines: Lines): Promise<string>;
  /** All lines of a release and of its versions, in the order they were recorded. */
  ofRelease(release: string): Promise<readonly RecordedTransition[]>;
  /** All lines of the releases of some kinds that had not ended by then, release by release, in the order they were recorded. */
  ofReleasesSince(input: {
    readonly kinds: readonly ReleaseKind[];
    /** ISO 8601 */
    readonly since: string;
  }): Promise<readonly ReleaseLine[]>;
}

const APPEND: Statement = {
  name: 'transitions.append',
  text: 'SELECT record_transitions($1, $2, $3), now() AS at',
};
const OF_RELEASE: Statement = {
  name: 'transitions.of-release',
  text: `SELECT workflow_id AS "workflowId", ordinal, to_state AS "to", actor, sentence, evidence, recorded_at AS at
    FROM transitions WHERE release = $1 ORDER BY recorded_at, workflow_id <> release, workflow_id, ordinal`,
};

const OF_RELEASES_SINCE: Statement = {
  name: 'transitions.of-releases-since',
  text: `SELECT t.release, r.kind, r.settings ->> 'onHoldExpiry' AS "onHoldExpiry", t.workflow_id AS "workflowId",
      t.to_state AS "to", t.sentence, t.recorded_at AS at
    FROM releases r JOIN transitions t ON t.release = r.workflow_id
    WHERE r.kind = ANY($1) AND NOT EXISTS (
      SELECT FROM transitions e
      WHERE e.release = r.workflow_id AND e.workflow_id = r.workflow_id AND e.to_state = ANY($3) AND e.recorded_at < $2)
    ORDER BY t.release, t.recorded_at, t.workflow_id <> t.release, t.workflow_id, t.ordinal`,
};

export function createTransitions(database: Queryable): Transitions {
  return {
    append: (lines) => appendLines(database, lines),
    ofRelease: (release) => database.rows<RecordedTransition>(OF_RELEASE, [release]),
    ofReleasesSince: ({ kinds, since }) =>
      database.rows<ReleaseLine>(OF_RELEASES_SINCE, [kinds, since, ENDS]),
  };
}

/** For writers that append within a transaction of their own. */
export async function appendLines(database: Queryable, lines: Lines): Promise<string> {
  const values = [lines.workflowId, lines.release, JSON.stringify(lines.transitions)];
  const [row] = await database.rows<{ at: string }>(APPEND, values);
  if (row === undefined) throw new Error('now() answers one row');
  return row.at;
}
