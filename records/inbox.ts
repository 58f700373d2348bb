import type { Queryable, Statement } from './database';

/** A webhook as it came in, with what it is looked up by. */
export interface Delivery {
  /** The sender's key; a second delivery with it is the first one again. */
  readonly idempotencyKey: string;
  /** `Pipeline Hook` */
  readonly event: string;
  /** Full path of the project. */
  readonly project: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly pipeline?: number;
  readonly status?: string;
  readonly payload: unknown;
}

export interface PipelineNews {
  readonly pipeline: number;
  readonly ref: string | null;
  readonly sha: string | null;
  readonly status: string | null;
  /** ISO 8601. */
  readonly receivedAt: string;
}

export interface Inbox {
  /** @returns false when the delivery was there already */
  receive(delivery: Delivery): Promise<boolean>;
  /** The newest word on a pipeline. */
  ofPipeline(input: {
    readonly project: string;
    readonly pipeline: number;
  }): Promise<PipelineNews | undefined>;
  /** The newest word on any pipeline of this commit on this branch or tag. */
  ofCommit(input: {
    readonly project: string;
    readonly ref: string;
    readonly sha: string;
  }): Promise<PipelineNews | undefined>;
}

const RECEIVE: Statement = {
  name: 'inbox.receive',
  text: `INSERT INTO inbox (idempotency_key, event, project, ref, sha, pipeline, status, payload)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (idempotency_key) DO NOTHING RETURNING id`,
};
const COLUMNS = 'pipeline, ref, sha, status, received_at AS "receivedAt"';
const OF_PIPELINE: Statement = {
  name: 'inbox.of-pipeline',
  text: `SELECT ${COLUMNS} FROM inbox WHERE project = $1 AND pipeline = $2 ORDER BY id DESC LIMIT 1`,
};
const OF_COMMIT: Statement = {
  name: 'inbox.of-commit',
  text: `SELECT ${COLUMNS} FROM inbox WHERE project = $1 AND ref = $2 AND sha = $3 AND pipeline IS NOT NULL
    ORDER BY id DESC LIMIT 1`,
};

export function createInbox(database: Queryable): Inbox {
  return {
    receive: async (delivery) => (await database.rows(RECEIVE, valuesOf(delivery))).length > 0,
    ofPipeline: async ({ project, pipeline }) =>
      (await database.rows<PipelineNews>(OF_PIPELINE, [project, pipeline]))[0],
    ofCommit: async ({ project, ref, sha }) =>
      (await database.rows<PipelineNews>(OF_COMMIT, [project, ref, sha]))[0],
  };
}

function valuesOf(delivery: Delivery): readonly unknown[] {
  const { idempotencyKey, event, project, ref, sha, pipeline, status, payload } = delivery;
  return [idempotencyKey, event, project, ref, sha, pipeline, status, JSON.stringify(payload)];
}
