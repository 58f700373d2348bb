import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { startChild, workflowInfo } from '@temporalio/workflow';
import { PATCH_MILESTONES } from '../domain/release/milestones';
import { worksSince } from '../domain/release/process-revision';
import { patchTitle } from '../domain/release/release-title';
import { exceptedSentence, exceptionEvidence, standingExceptions } from '../domain/version/system-exceptions';
import type { ClosedRelease, Line } from '../activities/effects';
import type { disclosedTexts } from './disclosed-texts';
import type { DisclosedTextsInput } from './disclosed-texts.messages';
import { effect } from './effect-proxies';
import { ReleaseIssue } from './release-issue';
import { ReleaseProcess } from './release-process';
import type { PatchReleaseInput } from './release.messages';

/**
 * Fixes for several minors at once: one version each, published as a unit. What is said of a patch that discloses a fix
 * is said of every other one too: a sentence more, or less, would tell.
 */
export async function patchRelease(input: PatchReleaseInput): Promise<void> {
  const { settings, minors, startedBy, awaitMilestones } = input;
  const title = patchTitle(workflowInfo().workflowId, minors);
  const process = new ReleaseProcess({
    kind: 'patch',
    title,
    milestones: PATCH_MILESTONES,
    settings,
    startedBy,
    awaitMilestones,
  });
  const issue = new ReleaseIssue(process);

  async function close(of: readonly string[]): Promise<ClosedRelease> {
    return process.close('Freeze the lists, reserve the numbers', { patch: of });
  }

  /** Texts are computed from what is public, so they come after it: the announcement with the packages, the advisory with the disclosure. */
  async function tell(text: 'announceRelease' | 'publishAdvisory', publishedAt: string): Promise<void> {
    if (!process.tellsTheWorld) return;
    const [name, summary] = TEXTS[text];
    const versions = process.unit.plans;
    await process.step(name, (common) =>
      effect(text, summary, { ...common, settings, versions, publishedAt }),
    );
  }

  /** Outlives the release, which ends weeks before. One that was started before a reset waits already. */
  async function openTextsLater(disclosedAt: string): Promise<void> {
    if (!process.tellsTheWorld) return;
    const version = process.state.status().versions[0]?.version ?? '';
    const waiting: DisclosedTextsInput = { settings, release: process.id, version, disclosedAt };
    try {
      await startChild<typeof disclosedTexts>('disclosedTexts', {
        workflowId: `texts:${process.id}`,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        parentClosePolicy: 'ABANDON',
        args: [waiting],
        staticSummary: `Texts of ${title}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /** Asked of every patch: one that had a step more than others would tell that it discloses something. */
  async function disclose(at: string): Promise<string> {
    if (!process.disclosesFixes) return at;
    const { fixes } = process.unit;
    const disclosed = await process.step('disclose', (common) =>
      effect('discloseFixes', 'See that default branches have what is public', {
        ...common,
        settings,
        fixes,
        at,
      }),
    );
    return disclosed.at;
  }

  /** Releases of an older revision ask once whether what was signed is what there is, and not again when it is cut again. */
  async function publish(): Promise<string> {
    const { unit, rehearsals } = process;
    const stillStand = (): Promise<void> => rehearsals.stillStand();
    if (worksSince(3, settings)) return unit.publish(close, stillStand);
    await stillStand();
    return unit.publish(close);
  }

  async function walk(): Promise<void> {
    process.state.note({ to: 'opened', sentence: `${startedBy.id} started it.`, actor: startedBy });
    await process.gate('opened');
    const lines = await process.step('survey', (common) =>
      effect('surveyLines', `Read ${minors.join(', ')}`, { ...common, settings, minors }),
    );
    const surveyedAt = lines[0]?.at ?? '';
    process.reach('opened', { at: surveyedAt, sentence: 'Every line can be released.' });

    await process.gate('warned');
    const opened = await issue.open(title, surveyText(lines));
    process.reach('warned', { at: opened.at, sentence: `${opened.url} tells what is coming.` });
    await process.gate('prepared');
    process.reach('prepared', {
      at: opened.at,
      sentence: 'The lines are read and their stable branches exist.',
    });
    await process.gate('accepted');
    process.reach('accepted', {
      at: opened.at,
      sentence: 'Everything that is ready is accepted.',
    });

    await process.gate('closed');
    const closed = await close(minors);
    const numbers = closed.versions.map(({ version }) => version).join(', ');
    process.reach('closed', { at: closed.at, sentence: `${numbers}: the lists are frozen.` });
    await process.gate('on_managed_systems');
    const exceptedAtClose = standingExceptions(settings.systemExceptions, closed.at);
    process.reach('on_managed_systems', {
      at: closed.at,
      sentence:
        settings.managedSystems === undefined
          ? 'No managed system is configured to be asked: whoever seals a fix says that they have it.'
          : `No managed system lacks what this patch makes public.${exceptedSentence(exceptedAtClose)}`,
      evidence: exceptionEvidence(exceptedAtClose),
    });

    await process.gate('tagged');
    await process.unit.start();
    process.unit.wishes.follow(close);
    process.rehearsals.follow();
    process.state.plan('tags every project in dependency order');
    process.reach('tagged', {
      at: await process.unit.allReached('tagged'),
      sentence: 'Every project is tagged, on the private side.',
    });
    await process.gate('built');
    process.state.plan('builds packages while the pipelines run');
    process.reach('built', { at: await process.unit.allReached('built'), sentence: 'Packages are built.' });
    await process.gate('verified');
    process.state.plan('downloads what was built and compares it');
    const verifiedAt = await process.unit.allReached('verified');
    process.reach('verified', {
      at: verifiedAt,
      sentence: 'Packages were downloaded and compared, pipelines passed.',
    });
    await process.gate('rehearsed');
    await process.rehearsals.beSigned();
    process.reach('rehearsed', { at: verifiedAt, sentence: process.rehearsals.sentence });

    await process.gate('published');
    const publishedAt = await publish();
    const excepted = standingExceptions(settings.systemExceptions, process.unit.claimedAt);
    const out = process.state.status().versions.map(({ version }) => version);
    process.reach('published', {
      at: publishedAt,
      sentence: `${out.join(', ')} are public.${exceptedSentence(excepted)}`,
      evidence: exceptionEvidence(excepted),
    });
    await tell('announceRelease', publishedAt);
    await process.gate('disclosed');
    const disclosedAt = await disclose(publishedAt);
    process.reach('disclosed', {
      at: disclosedAt,
      sentence: 'Everything in its packages is in the public source.',
    });
    await tell('publishAdvisory', publishedAt);
    await openTextsLater(disclosedAt);
    await process.gate('finalised');
    const closedAt = await issue.close(
      'published',
      `Published: ${process.state
        .status()
        .versions.map(({ version }) => version)
        .join(', ')}.`,
    );
    process.reach('finalised', { at: closedAt, sentence: 'Merge requests are told, the issue is closed.' });
    await process.record();
  }

  await process.run({ walk, afterAbort: () => issue.closeAborted() });
}

const TEXTS = {
  announceRelease: ['announcement', 'Announce what is public'],
  publishAdvisory: ['advisory', 'Publish the advisory'],
} as const;

function surveyText(lines: readonly Line[]): string {
  return lines
    .map(({ minor, published }) => `- ${minor}: the newest version out is ${published ?? 'none'}`)
    .join('\n');
}
