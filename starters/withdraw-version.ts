import type { Client } from '@temporalio/client';
import { RELEASES } from '../engine/task-queues';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { withdrawalOf, withdrawalToldKey, withdrawalVerdict } from '../domain/version/withdrawal';
import type { Records } from '../records/records';
import type { VersionRow } from '../records/versions';
import type { WithdrawalInput } from '../workflows/withdrawal.messages';
import { askEngine } from './ask-engine';
import { sameAnswer } from './decide';
import { knownTo } from './internal-audience';
import { refuseOtherProduct } from './refuse-other-product';
import { NotPossible } from './refusals';
import { sendDecision, type DecisionAnswer } from './send-decision';

export interface WithdrawDeps {
  readonly client: Client;
  readonly records: Records;
  /** As a patch that starts now is given them. */
  readonly settings: ReleaseSettings;
  /** Ed25519 private key of this gateway, hex. */
  readonly signer: string;
}

export interface WithdrawalWanted {
  readonly version: string;
  /** Public. */
  readonly reason: string;
  readonly by: Actor;
  /** Key of the request: asked again with it, the first answer is given again. */
  readonly id: string;
}

const START_WITHIN_MS = 10_000;

/**
 * Takes a published version out of use. One that is withdrawn already is told as such, and where that was cut short what is
 * left of it is done. Whoever asks gives their own reason; everybody is told the one that was given first.
 * @throws NotPossible for a version that was not published, EngineUnavailable, RecordsUnavailable
 */
export async function withdrawVersion(deps: WithdrawDeps, wanted: WithdrawalWanted): Promise<DecisionAnswer> {
  const { records } = deps;
  const { version, by, reason, id } = wanted;
  const recorded = await records.versions.find({ number: version });
  const [row] = recorded === undefined ? [] : await knownTo(records, { rows: [recorded], person: by });
  const found = row === undefined ? undefined : { ...row, since: row.changedAt };
  const verdict = withdrawalVerdict(version, found);
  if (row === undefined || verdict.verdict !== 'pass')
    throw new NotPossible({
      where: `version ${version}`,
      what: verdict.sentence.replace(/\.$/, ''),
      remedy: `See \`signalbox status ${version}\``,
    });
  const { release } = row;
  const first = await records.decisions.find(id);
  if (first !== undefined) return sameAnswer(first, { release, kind: 'withdraw', by });
  const answer = (await alreadyWithdrawn(records, row)) ?? (await send(deps, { wanted, release }));
  const told = await records.decisions.record({ id, release, by, decision: 'withdraw', reason, ...answer });
  return { accepted: told.accepted, sentence: told.sentence };
}

/** Undefined where something is left to do. */
async function alreadyWithdrawn(
  records: Records,
  { number: version, release, state, changedAt, reason }: VersionRow,
): Promise<DecisionAnswer | undefined> {
  if (state !== 'withdrawn') return undefined;
  const successor = await successorOf(records, version);
  const told = await records.effects.find(withdrawalToldKey({ release, version }));
  if (successor === undefined || told === undefined) return undefined;
  const why = reason?.replace(/\.$/, '');
  const sentence = `${version} is withdrawn already, since ${changedAt}: ${why}. ${successor} brings its successor.`;
  return { accepted: true, sentence };
}

/** The release that brings what follows a withdrawn version. */
export async function successorOf(
  { releases }: Pick<Records, 'releases'>,
  version: string,
): Promise<string | undefined> {
  return (await releases.findByRequestKey(withdrawalOf(version)))?.id;
}

async function send(
  { client, records, signer, settings: successorSettings }: WithdrawDeps,
  { wanted, release }: { readonly wanted: WithdrawalWanted; readonly release: string },
): Promise<DecisionAnswer> {
  await refuseOtherProduct({ records, settings: successorSettings });
  const { version, reason, by, id } = wanted;
  const settings = (await records.releases.find(release))?.settings;
  if (settings === undefined) throw new Error(`${release} carries ${version} and is not recorded`);
  const workflowId = withdrawalOf(version);
  const input: WithdrawalInput = { settings, successorSettings, version, carrier: release };
  await askEngine({ client, withinMs: START_WITHIN_MS }, () =>
    client.workflow.start('withdrawal', {
      workflowId,
      taskQueue: RELEASES,
      args: [input],
      staticSummary: `Withdraw ${version}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  );
  const decision = { id, release: workflowId, by, reason, at: new Date().toISOString() };
  const answer = await sendDecision(
    { client, signer },
    { kind: 'withdraw', decision, subject: `version ${version}` },
  );
  return (
    answer ?? { accepted: false, sentence: `The withdrawal of ${version} has ended meanwhile; ask again.` }
  );
}
