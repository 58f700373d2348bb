import { shareWork } from '../processes/share-work';
import type { AudienceEntry, Embargo, EmbargoState, Pulled, Topic } from '../domain/embargo/embargo';
import type { Evidence } from '../domain/verdict';
import { createEmbargoPulls, type EmbargoPulls } from './embargo-pulls';
import { RecordsConflict, type Database, type Queryable, type Statement } from './database';
import {
  actsOf,
  changeRegistry,
  changeWithin,
  historyOf,
  lockRegistry,
  moveOn,
  registryMoved,
  revisionOf,
  type EmbargoAct,
  type HistoryLine,
  type RegistryChange,
} from './embargo-registry';

export type NewEmbargo = Pick<Embargo, 'title' | 'owner' | 'severity' | 'affects' | 'notBefore' | 'audience'>;

export interface EmbargoChange extends RegistryChange {
  readonly from: EmbargoState;
  readonly to: EmbargoState;
  readonly plan?: string;
}

interface TopicChange extends RegistryChange {
  /** Head that the topic had when its branch was looked at, null where there was none; absent: whichever it has. */
  readonly expectedHead?: string | null;
}

export interface TopicSeen extends TopicChange {
  readonly topic: Topic;
  /** Object ids that the topic has and canonical has not. */
  readonly objects: readonly string[];
  readonly fingerprints: readonly string[];
  /** How the fingerprints were made. */
  readonly making: string;
}

export interface Adoption {
  readonly embargoes: readonly string[];
  readonly project: string;
  readonly objects: readonly string[];
}

/** An object that is, or was, part of a topic. */
export interface EmbargoedObject {
  readonly project: string;
  readonly object: string;
  readonly embargo: string;
}

/** What the gate saw at one push or text. */
export interface Finding {
  readonly key: string;
  readonly kind: 'denied' | 'question' | 'exposed';
  readonly embargoes: readonly string[];
  readonly project: string;
  readonly release: string;
  /** For the cleared. */
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly revision: number;
}

export interface RecordedFinding extends Finding {
  /** ISO 8601 */
  readonly at: string;
}

/** Every embargo and all that belongs to it. Who may read of it is not decided here: see `mayRead`. */
export interface Embargoes extends EmbargoPulls {
  /** Grows with every change. */
  revision(): Promise<number>;
  /** In registry order. */
  all(): Promise<readonly Embargo[]>;
  find(id: string): Promise<Embargo | undefined>;
  /** @returns the embargo that the key opened, now or before */
  open(embargo: RegistryChange & NewEmbargo): Promise<Embargo>;
  /** @throws RecordsConflict when it is in another state by now */
  move(change: EmbargoChange): Promise<void>;
  /** Says what it is called in public once it is disclosed; what is not named stays as it was. */
  nameForPublic(change: RegistryChange & Pick<Embargo, 'publicTitle' | 'cve'>): Promise<void>;
  /** Adds somebody to the audience, or has their entry end at another time. */
  admit(change: RegistryChange & { readonly entry: AudienceEntry }): Promise<void>;
  /**
   * Registers a topic, or its new head. Objects of the old one stay embargoed.
   * @throws RecordsConflict when somebody has registered another head meanwhile
   */
  registerTopic(topic: TopicSeen): Promise<void>;
  /** Its branch is no longer there. @throws RecordsConflict as {@link registerTopic} */
  removeTopic(change: TopicChange & Pick<Topic, 'project' | 'line'>): Promise<void>;
  /**
   * Has embargoes hold objects of a project as their own, too. No line of their history tells of it: it would tell whoever may
   * read of the one that there is another.
   * @returns whether one of them did not hold them all
   */
  adopt(adoption: Adoption): Promise<boolean>;
  /** Topics as they were when their disclosure began, whatever became of their branches. One that was given up before is none. */
  disclosedTopics(): Promise<readonly (Topic & { readonly embargo: string })[]>;
  /** Oldest first. */
  history(id: string): Promise<readonly HistoryLine[]>;
  /** What was done with some embargoes; of each, oldest first. */
  acts(embargoes: readonly string[]): Promise<readonly EmbargoAct[]>;
  /** Objects of these embargoes, also as other embargoes have them. */
  objectsOf(embargoes: readonly string[]): Promise<readonly EmbargoedObject[]>;
  /** Embargoes whose changes look like one of these, in whatever project. */
  lookingLike(input: {
    readonly making: string;
    readonly fingerprints: readonly string[];
  }): Promise<readonly { readonly fingerprint: string; readonly embargo: string }[]>;
  /** Once per key. */
  recordFinding(finding: Finding): Promise<void>;
  /** Oldest first. */
  findings(embargo: string): Promise<readonly RecordedFinding[]>;
}

const SELECT = `SELECT e.id, e.ordinal, e.title, e.owner, e.severity, e.state, e.since, e.affects,
    e.not_before AS "notBefore", e.plan, e.pulled, e.public_title AS "publicTitle", e.cve,
    coalesce((SELECT json_agg(json_build_object('who', a.who, 'as', a."as",
        'until', to_char(a.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY a."as", a.who::text)
      FROM embargo_audience a WHERE a.embargo = e.id), '[]') AS audience,
    coalesce((SELECT json_agg(json_build_object('project', t.project, 'line', t.line, 'branch', t.branch,
        'head', t.head) ORDER BY t.project, t.line)
      FROM embargo_topics t WHERE t.embargo = e.id AND NOT t.gone), '[]') AS topics
  FROM embargoes e`;
const ALL: Statement = { name: 'embargoes.all', text: `${SELECT} ORDER BY e.ordinal` };
const FIND: Statement = { name: 'embargoes.find', text: `${SELECT} WHERE e.id = $1` };
const OPEN: Statement = {
  name: 'embargoes.open',
  text: `INSERT INTO embargoes (id, ordinal, title, owner, severity, state, affects, not_before)
    SELECT $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4, 'opened', $5, $6 FROM embargoes`,
};
const ADMIT: Statement = {
  name: 'embargoes.admit',
  text: `INSERT INTO embargo_audience (embargo, who, "as", until)
    SELECT $1, a.who, a."as", a.until FROM jsonb_to_recordset($2) AS a(who jsonb, "as" text, until timestamptz)
    ON CONFLICT (embargo, who) DO UPDATE SET "as" = excluded."as", until = excluded.until`,
};
const MOVE: Statement = {
  name: 'embargoes.move',
  text: `UPDATE embargoes SET state = $3, plan = coalesce($4, plan), since = now() WHERE id = $1 AND state = $2
      AND ($3 <> 'disclosing' OR pulled IS NULL) RETURNING id`,
};
const NAME: Statement = {
  name: 'embargoes.name-for-public',
  text: `UPDATE embargoes SET public_title = coalesce($2, public_title), cve = coalesce($3, cve) WHERE id = $1`,
};
const TOPIC: Statement = {
  name: 'embargoes.topic',
  text: `WITH seen AS (
      INSERT INTO embargo_objects (embargo, project, object)
        SELECT $1, $2, object FROM unnest($6::text[]) AS object ON CONFLICT DO NOTHING
    ), looks AS (
      INSERT INTO embargo_fingerprints (embargo, project, making, fingerprint)
        SELECT $1, $2, $7, fingerprint FROM unnest($8::text[]) AS fingerprint ON CONFLICT DO NOTHING
    )
    INSERT INTO embargo_topics (embargo, project, line, branch, head) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (embargo, project, line)
      DO UPDATE SET branch = excluded.branch, head = excluded.head, gone = false`,
};
const HEAD: Statement = {
  name: 'embargoes.topic-head',
  text: 'SELECT head FROM embargo_topics WHERE embargo = $1 AND project = $2 AND line = $3 AND NOT gone',
};
const REMOVE_TOPIC: Statement = {
  name: 'embargoes.remove-topic',
  text: 'UPDATE embargo_topics SET gone = true WHERE embargo = $1 AND project = $2 AND line = $3',
};
const OBJECTS: Statement = {
  name: 'embargoes.objects',
  text: `SELECT o.project, o.object, o.embargo FROM embargo_objects o WHERE o.embargo = ANY($1)
    OR EXISTS (SELECT FROM embargo_objects n
      WHERE n.embargo = ANY($1) AND n.project = o.project AND n.object = o.object)`,
};
const BEGIN_TOPICS: Statement = {
  name: 'embargoes.begin-topics',
  text: `UPDATE embargo_topics SET disclosed_head = CASE WHEN gone THEN NULL ELSE head END WHERE embargo = $1`,
};
const DISCLOSED_TOPICS: Statement = {
  name: 'embargoes.disclosed-topics',
  text: `SELECT embargo, project, line, branch, disclosed_head AS head FROM embargo_topics
    WHERE disclosed_head IS NOT NULL ORDER BY embargo, project, line`,
};
const ADOPT: Statement = {
  name: 'embargoes.adopt',
  text: `INSERT INTO embargo_objects (embargo, project, object)
    SELECT embargo, $2, object FROM unnest($1::text[]) AS embargo, unnest($3::text[]) AS object
    ON CONFLICT DO NOTHING RETURNING object`,
};
const LOOKING_LIKE: Statement = {
  name: 'embargoes.looking-like',
  text: `SELECT DISTINCT fingerprint, embargo FROM embargo_fingerprints
    WHERE making = $1 AND fingerprint = ANY($2) ORDER BY embargo, fingerprint`,
};
const RECORD_FINDING: Statement = {
  name: 'embargoes.record-finding',
  text: `INSERT INTO embargo_findings (key, kind, embargoes, project, release, sentence, evidence, revision)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING`,
};
const FINDINGS: Statement = {
  name: 'embargoes.findings',
  text: `SELECT key, kind, embargoes, project, release, sentence, evidence, revision, at
    FROM embargo_findings WHERE embargoes @> ARRAY[$1] ORDER BY at, key`,
};

export function createEmbargoes(database: Database): Embargoes {
  const find = async (id: string): Promise<Embargo | undefined> => {
    const [row] = await database.rows<EmbargoRow>(FIND, [id]);
    return row === undefined ? undefined : embargoOf(row);
  };
  return {
    ...createEmbargoPulls(database),
    revision: shareWork(() => revisionOf(database)),
    all: () => allEmbargoes(database),
    find,
    open: async (embargo) => {
      const opened = await find(await openEmbargo(database, embargo));
      if (opened === undefined) throw new Error('an embargo that was opened is found');
      return opened;
    },
    move: (change) => database.transaction((transaction) => moveEmbargo(transaction, change)),
    nameForPublic: async ({ publicTitle, cve, ...change }) => {
      const details = {
        ...(publicTitle === undefined ? {} : { publicTitle }),
        ...(cve === undefined ? {} : { cve }),
      };
      await changeRegistry(database, { ...change, act: 'named_for_public', details }, async (transaction) => {
        await transaction.rows(NAME, [change.embargo, publicTitle ?? null, cve ?? null]);
      });
    },
    admit: async ({ entry, ...change }) => {
      const admission = { ...change, act: 'admitted', details: { ...entry } };
      await changeRegistry(database, admission, async (transaction) => {
        await transaction.rows(ADMIT, [change.embargo, JSON.stringify([entry])]);
      });
    },
    registerTopic: (topic) => registerTopic(database, topic),
    removeTopic: async ({ project, line, ...change }) => {
      const removal = { ...change, act: 'topic_removed', details: { project, line } };
      await changeRegistry(database, removal, async (transaction) => {
        await refuseOtherHead(transaction, { ...change, project, line });
        await transaction.rows(REMOVE_TOPIC, [change.embargo, project, line]);
      });
    },
    disclosedTopics: () => database.rows<Topic & { embargo: string }>(DISCLOSED_TOPICS, []),
    adopt: (adoption) => adopt(database, adoption),
    history: (id) => historyOf(database, id),
    acts: (some) => actsOf(database, some),
    objectsOf: (embargoes) => database.rows<EmbargoedObject>(OBJECTS, [embargoes]),
    lookingLike: ({ making, fingerprints }) =>
      database.rows<{ fingerprint: string; embargo: string }>(LOOKING_LIKE, [making, fingerprints]),
    recordFinding: async ({ key, kind, embargoes, project, release, sentence, evidence, revision }) => {
      const told = [key, kind, embargoes, project, release, sentence, JSON.stringify(evidence), revision];
      await database.rows(RECORD_FINDING, told);
    },
    findings: (embargo) => database.rows<RecordedFinding>(FINDINGS, [embargo]),
  };
}

/** For writers that judge them within a transaction of their own. In registry order. */
export async function allEmbargoes(database: Queryable): Promise<readonly Embargo[]> {
  return (await database.rows<EmbargoRow>(ALL, [])).map(embargoOf);
}

type Optional = Pick<Embargo, 'notBefore' | 'plan' | 'publicTitle' | 'cve'>;
type EmbargoRow = Omit<Embargo, keyof Optional | 'pulled'> & {
  readonly [Name in keyof Optional]-?: string | null;
} & { readonly pulled: Pulled | null };

function embargoOf({ notBefore, plan, pulled, publicTitle, cve, ...row }: EmbargoRow): Embargo {
  return {
    ...row,
    ...(notBefore === null ? {} : { notBefore }),
    ...(plan === null ? {} : { plan }),
    ...(pulled === null ? {} : { pulled }),
    ...(publicTitle === null ? {} : { publicTitle }),
    ...(cve === null ? {} : { cve }),
  };
}

async function openEmbargo(database: Database, embargo: RegistryChange & NewEmbargo): Promise<string> {
  const { embargo: id, title, owner, severity, affects, notBefore, audience } = embargo;
  const details = { id, title, owner, severity, affects, ...(notBefore === undefined ? {} : { notBefore }) };
  return changeRegistry(database, { ...embargo, act: 'opened', details }, async (transaction) => {
    const told = [id, title, owner, severity, JSON.stringify(affects), notBefore ?? null];
    await transaction.rows(OPEN, told);
    await transaction.rows(ADMIT, [id, JSON.stringify(audience)]);
  });
}

/** For writers that move an embargo within a transaction of their own. */
export async function moveEmbargo(transaction: Queryable, change: EmbargoChange): Promise<void> {
  const { embargo, from, to, plan } = change;
  const details = { from, ...(plan === undefined ? {} : { plan }) };
  await changeWithin(transaction, { ...change, act: to, details }, async () => {
    const moved = await transaction.rows(MOVE, [embargo, from, to, plan ?? null]);
    if (moved.length === 0) throw notInState(embargo);
    if (to === 'disclosing') await transaction.rows(BEGIN_TOPICS, [embargo]);
  });
}

async function registerTopic(database: Database, seen: TopicSeen): Promise<void> {
  const { embargo, topic, objects, fingerprints, making } = seen;
  const { project, line, branch, head } = topic;
  const change = { ...seen, act: 'topic_registered', details: { ...topic } };
  await changeRegistry(database, change, async (transaction: Queryable) => {
    await refuseOtherHead(transaction, { ...seen, project, line });
    await transaction.rows(TOPIC, [
      embargo,
      project,
      line,
      branch,
      head,
      objects,
      making,
      [...new Set(fingerprints)],
    ]);
  });
}

async function refuseOtherHead(
  transaction: Queryable,
  { embargo, project, line, expectedHead }: TopicChange & Pick<Topic, 'project' | 'line'>,
): Promise<void> {
  if (expectedHead === undefined) return;
  const [found] = await transaction.rows<Pick<Topic, 'head'>>(HEAD, [embargo, project, line]);
  if ((found?.head ?? null) !== expectedHead) throw registryMoved();
}

function adopt(database: Database, { embargoes, project, objects }: Adoption): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await lockRegistry(transaction);
    const adopted = await transaction.rows(ADOPT, [embargoes, project, objects]);
    if (adopted.length === 0) return false;
    await moveOn(transaction);
    return true;
  });
}

function notInState(embargo: string): RecordsConflict {
  return new RecordsConflict({
    where: embargo,
    what: 'it has come into another state meanwhile',
    remedy: 'Look at it again, then decide',
  });
}
