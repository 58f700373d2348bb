import {
  EMBARGO_MOVES,
  firstAudience,
  judgeMove,
  mayRead,
  unknownEmbargo,
  type AffectedLine,
  type AudienceEntry,
  type Embargo,
  type EmbargoMove,
  type Severity,
} from '../domain/embargo/embargo';
import type { EmbargoDetail, EmbargoTold } from '../domain/embargo/embargo-detail';
import { admissionRefusal, namingRefusal } from '../domain/embargo/guardians';
import type { Actor } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { Records } from '../records/records';
import { drawnName } from './drawn-name';
import { NotPossible, NotThere } from './refusals';

type Registry = Pick<Records, 'embargoes'>;

/** Those that this person may know of, in the order in which they were registered. */
export async function embargoesFor({ embargoes }: Registry, person: Actor): Promise<readonly EmbargoTold[]> {
  const now = new Date().toISOString();
  return (await embargoes.all()).filter((embargo) => mayRead(person, embargo, now)).map(told);
}

function told({ ordinal: _place, ...embargo }: Embargo): EmbargoTold {
  return embargo;
}

export interface EmbargoAsked {
  readonly id: string;
  readonly person: Actor;
}

/** @throws NotThere, in the same words, for one that does not exist and for one that this person may not know of */
export async function readableEmbargo(
  { embargoes }: Registry,
  { id, person }: EmbargoAsked,
): Promise<Embargo> {
  const embargo = await embargoes.find(id);
  if (embargo === undefined || !mayRead(person, embargo, new Date().toISOString()))
    throw new NotThere(unknownEmbargo(id));
  return embargo;
}

/** @throws NotThere as {@link readableEmbargo} */
export async function embargoDetail(records: Registry, asked: EmbargoAsked): Promise<EmbargoDetail> {
  const embargo = await readableEmbargo(records, asked);
  const [findings, history] = await Promise.all([
    records.embargoes.findings(embargo.id),
    records.embargoes.history(embargo.id),
  ]);
  const now = new Date().toISOString();
  const moves = (Object.keys(EMBARGO_MOVES) as EmbargoMove[]).map((move) => {
    const { cleared } = judgeMove({ move, embargo, by: asked.person, now, facts: {} });
    return { move, verdict: cleared };
  });
  return {
    ...told(embargo),
    moves: moves.filter(({ move }) => EMBARGO_MOVES[move].from.includes(embargo.state)),
    findings: findings.map(({ kind, project, release, sentence, evidence, at }) => ({
      kind,
      project,
      release,
      sentence,
      evidence,
      at,
    })),
    history: history.map(({ act, actor, reason, details, at }) => ({ act, actor, reason, details, at })),
  };
}

export interface NewEmbargoAsked {
  readonly title: string;
  readonly owner: string;
  readonly severity: Severity;
  readonly affects: readonly AffectedLine[];
  readonly notBefore?: string;
  readonly reviewers: readonly string[];
  readonly operators: readonly string[];
  readonly reason: string;
  readonly person: Actor;
  readonly key: string;
}

export async function openEmbargo(
  { embargoes }: Registry,
  { reviewers, operators, person, key, ...asked }: NewEmbargoAsked,
): Promise<EmbargoTold> {
  const now = new Date().toISOString();
  const { id, roles } = person;
  const opened = await embargoes.open({
    ...asked,
    embargo: `embargo:${drawnName()}`,
    key: `${id}/open/${key}`,
    actor: { id, roles },
    audience: firstAudience({ owner: asked.owner, reviewers, operators, now }),
  });
  return told(opened);
}

export interface AdmissionWanted extends EmbargoAsked {
  readonly entry: AudienceEntry;
  readonly reason: string;
  readonly key: string;
}

/**
 * Adds somebody to the audience, or has their entry end at another time.
 * @throws NotThere as {@link readableEmbargo}; NotPossible when somebody else than AppSec or the owner asks
 */
export async function admitTo(
  records: Registry,
  { id, person, entry, reason, key }: AdmissionWanted,
): Promise<EmbargoTold> {
  const embargo = await readableEmbargo(records, { id, person });
  const refusal = admissionRefusal(embargo, person);
  if (refusal !== undefined) throw new NotPossible(refusal);
  await records.embargoes.admit({
    embargo: id,
    key: `${person.id}/${id}/admit/${key}`,
    actor: { id: person.id, roles: person.roles },
    reason,
    entry: { ...entry, until: new Date(entry.until).toISOString() },
  });
  return told((await records.embargoes.find(id)) ?? embargo);
}

export interface PublicNameWanted extends EmbargoAsked, Pick<Embargo, 'publicTitle' | 'cve'> {
  readonly reason: string;
  readonly key: string;
}

/**
 * Says what a fix is called in public once it is disclosed. Its texts are made then, so it is too late afterwards.
 * @throws NotThere as {@link readableEmbargo}; NotPossible when somebody else than AppSec or the owner asks, or too late
 */
export async function nameForPublic(
  records: Registry,
  { id, person, reason, key, publicTitle, cve }: PublicNameWanted,
): Promise<EmbargoTold> {
  const embargo = await readableEmbargo(records, { id, person });
  const refusal = namingRefusal(embargo, person);
  if (refusal !== undefined) throw new NotPossible(refusal);
  await records.embargoes.nameForPublic({
    embargo: id,
    key: `${person.id}/${id}/name/${key}`,
    actor: { id: person.id, roles: person.roles },
    reason,
    ...(publicTitle === undefined ? {} : { publicTitle }),
    ...(cve === undefined ? {} : { cve }),
  });
  return told((await records.embargoes.find(id)) ?? embargo);
}

export interface MoveWanted extends EmbargoAsked {
  readonly move: EmbargoMove;
  readonly reason: string;
  readonly key: string;
  /** The release that is to disclose it. */
  readonly plan?: string;
}

/**
 * Makes a move, once for each key.
 * @throws NotThere as {@link readableEmbargo}; RecordsConflict when somebody was quicker
 */
export async function moveEmbargo(records: Registry, wanted: MoveWanted): Promise<Verdict> {
  const { id, person, move, reason, plan } = wanted;
  const embargo = await readableEmbargo(records, wanted);
  const facts = plan === undefined ? {} : { plan };
  const { to, sentence } = EMBARGO_MOVES[move];
  const key = `${person.id}/${id}/${move}/${wanted.key}`;
  const history = await records.embargoes.history(id);
  if (history.some((line) => line.key === key))
    return { verdict: 'pass', sentence: `${id} ${sentence}.`, evidence: [] };
  const now = new Date().toISOString();
  const { cleared } = judgeMove({ move, embargo, by: person, now, facts });
  if (cleared.verdict !== 'pass') return cleared;
  await records.embargoes.move({
    embargo: id,
    key,
    actor: { id: person.id, roles: person.roles },
    reason,
    from: embargo.state,
    to,
    ...facts,
  });
  return cleared;
}
