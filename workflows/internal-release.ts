import { workflowInfo } from '@temporalio/workflow';
import { DEFAULT_LINE } from '../domain/embargo/obligation';
import { requestVerdict, type RequestFacts } from '../domain/internal/request-verdict';
import { INTERNAL_MILESTONES } from '../domain/release/milestones';
import { worksSince } from '../domain/release/process-revision';
import type { ReleaseSettings } from '../domain/release/release';
import { internalTitle } from '../domain/release/release-title';
import { effect } from './effect-proxies';
import { HandOver } from './hand-over';
import { ReleaseProcess } from './release-process';
import { awaitRemediation } from './remediation';
import type { InternalReleaseInput } from './release.messages';

/**
 * Fixes under embargo for installations that we run for others: made, and never public. It opens no issue and writes no note;
 * the same fixes stay in the registry and board the next patch release by themselves.
 */
export async function internalRelease({ settings, request, startedBy }: InternalReleaseInput): Promise<void> {
  const process = new ReleaseProcess({
    kind: 'internal',
    title: internalTitle(workflowInfo().workflowId),
    milestones: INTERNAL_MILESTONES,
    settings,
    startedBy,
    awaitMilestones: [],
    firstApprover: request.engineeringManager,
  });
  const handOver = new HandOver(process, request);

  async function judge(): Promise<string> {
    const facts = await process.step('survey', (common) =>
      effect('surveyInternal', 'Read what the request is judged by', { ...common, settings, request }),
    );
    const { uncleared: verdict } = requestVerdict(request, judgedBy(facts, settings));
    if (verdict.verdict !== 'pass') process.reject({ verdict, at: facts.at });
    return facts.at;
  }

  async function build(): Promise<string> {
    const closed = await process.close('Compose the fixes with what is out, reserve the numbers', {
      internal: request.minors,
      fixes: request.fixes,
    });
    process.state.plan(`builds ${closed.versions.map(({ version }) => version).join(', ')}`);
    await process.unit.start();
    return process.unit.allReached('verified');
  }

  async function walk(): Promise<void> {
    const asked = `${startedBy.id} asked for it: ${request.incident}, ${request.severity}. ${request.impact}`;
    process.state.note({ to: 'requested', sentence: asked, actor: startedBy });
    await process.gate('requested');
    const judgedAt = await judge();
    process.reach('requested', { at: judgedAt, sentence: 'No rule forbids it.' });

    await process.gate('approved');
    const approvedAt = process.state.approvalsOf('approved').at(-1)?.at ?? judgedAt;
    process.reach('approved', { at: approvedAt, sentence: 'Everybody who has to has approved it.' });

    await process.gate('remediated');
    const { at, verdict } = await awaitRemediation(process, { request });
    process.reach('remediated', { at, sentence: verdict.sentence, evidence: verdict.evidence });

    await process.gate('built');
    const builtAt = await build();
    process.reach('built', {
      at: builtAt,
      sentence: 'Packages wait on the build repository: downloaded, compared, pipelines passed.',
    });

    const offeredAt = await handOver.offer();
    process.reach('handed_over', { at: offeredAt, sentence: handOver.sentence });

    await process.gate('rolled_out');
    const verifiedAt = await handOver.verifiedByAll();
    process.reach('rolled_out', { at: verifiedAt, sentence: handOver.sentence });

    await process.gate('finalised');
    process.reach('finalised', {
      at: verifiedAt,
      sentence: 'Its fixes board the next patch release by themselves. The incident is yet to be reviewed.',
    });
    await process.record();
  }

  await process.run({ walk, afterAbort: async () => undefined });
}

/** Releases of an older revision ask for no topic of the default branch. */
function judgedBy(facts: RequestFacts, settings: ReleaseSettings): RequestFacts {
  if (worksSince(3, settings)) return facts;
  const fixes = facts.fixes.map((fix) => ({
    ...fix,
    affects: fix.affects.filter(({ line }) => line !== DEFAULT_LINE),
  }));
  return { ...facts, fixes };
}
