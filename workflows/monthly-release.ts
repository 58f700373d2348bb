import { setHandler } from '@temporalio/workflow';
import { firstOf } from '../domain/version/naming';
import { MONTHLY_MILESTONES } from '../domain/release/milestones';
import { monthlyTitle } from '../domain/release/release-title';
import type { Candidate, ClosedRelease } from '../activities/effects';
import { effect } from './effect-proxies';
import { readInput } from './received';
import { ReleaseIssue } from './release-issue';
import { ReleaseProcess } from './release-process';
import { pickCandidate, type MonthlyReleaseInput, type PickCandidateDecision } from './release.messages';

/** GitLab counts the candidate that everybody sees from 42 on. */
const FIRST_CANDIDATE = 42;

/** A new minor: a candidate of what production runs, its stable branch, and then the version itself. */
export async function monthlyRelease(input: MonthlyReleaseInput): Promise<void> {
  const { settings, minor, startedBy, awaitMilestones } = input;
  const title = monthlyTitle(minor);
  const process = new ReleaseProcess({
    kind: 'monthly',
    title,
    milestones: MONTHLY_MILESTONES,
    settings,
    startedBy,
    awaitMilestones,
  });
  const issue = new ReleaseIssue(process);
  let picked: Candidate | undefined;
  let isChosen = false;
  const first = readInput(() => firstOf(minor));
  setHandler(
    pickCandidate,
    ({ candidate, by, reason }) => {
      picked = candidate;
      process.state.note({
        to: 'candidate_picked',
        sentence: `${by.id} picked the candidate: ${reason}`,
        actor: by,
      });
      return { sentence: 'The release is cut from it.' };
    },
    {
      description: 'Cut the release from other commits than policy would choose',
      validator: (decision: PickCandidateDecision) =>
        process.decisions.validate('pickCandidate', decision, () => {
          const named = new Set(decision.candidate.projects.map(({ project }) => project));
          const missing = settings.projects.filter(({ name }) => !named.has(name)).map(({ name }) => name);
          if (missing.length > 0) return `It names no commit of ${missing.join(', ')}.`;
          return isChosen ? 'The candidate is chosen already.' : undefined;
        }),
    },
  );

  async function close(
    cut:
      | { readonly candidate: Candidate; readonly minor: string; readonly rc: number }
      | { readonly final: string }
      | { readonly after: string },
  ): Promise<ClosedRelease> {
    return process.close('Freeze the list, reserve the number', cut);
  }

  async function choose(): Promise<Candidate> {
    const chosen =
      picked ??
      (await process.step('candidate', (common) =>
        effect('chooseCandidate', 'Choose the candidate', { ...common, settings, minor }),
      ));
    isChosen = true;
    // Somebody may have picked another one while policy was asked.
    return picked ?? chosen;
  }

  async function tagCandidate(candidate: Candidate): Promise<void> {
    const cut = { candidate, minor, rc: FIRST_CANDIDATE };
    const closed = await close(cut);
    process.state.plan('tags the candidate and waits for its pipelines');
    await process.unit.start();
    const taggedAt = await process.unit.allReached('tagged');
    process.reach('rc_tagged', {
      at: taggedAt,
      sentence: `${closed.versions.map(({ version }) => version).join()} is tagged in every project that tags candidates.`,
    });
    await process.gate('closed');
    process.state.plan('validates the candidate, then makes it and the stable branch public');
    const publishedAt = await process.unit.publish(() => close(cut));
    process.reach('closed', {
      at: publishedAt,
      sentence: 'The candidate passed its pipelines; it and the stable branch are public.',
    });
  }

  async function tagFinal(): Promise<void> {
    await process.gate('final_tagged');
    await close({ final: minor });
    process.state.plan('tags every project in dependency order');
    await process.unit.start();
    process.reach('final_tagged', {
      at: await process.unit.allReached('tagged'),
      sentence: 'Every project is tagged, on the private side.',
    });
    await process.gate('built');
    process.state.plan('builds packages while the pipelines run');
    process.reach('built', { at: await process.unit.allReached('built'), sentence: 'Packages are built.' });
    await process.gate('verified');
    process.state.plan('downloads what was built and compares it');
    process.reach('verified', {
      at: await process.unit.allReached('verified'),
      sentence: 'Packages were downloaded and compared, pipelines passed.',
    });
    await process.gate('published');
    process.reach('published', {
      at: await process.unit.publish((_, after) => close(after === undefined ? { final: minor } : { after })),
      sentence: `${first} is public.`,
    });
  }

  async function walk(): Promise<void> {
    process.state.note({ to: 'opened', sentence: `${startedBy.id} started it.`, actor: startedBy });
    await process.gate('opened');
    const chosen = await process.step('candidate', (common) =>
      effect('chooseCandidate', 'Look which commits a candidate would be made of', {
        ...common,
        settings,
        minor,
      }),
    );
    process.reach('opened', { at: chosen.at, sentence: `${first} can be released.` });
    await process.gate('warned');
    const opened = await issue.open(
      title,
      'The candidate is about to be chosen: what production runs by then is in.',
    );
    process.reach('warned', { at: opened.at, sentence: `${opened.url} tells what is coming.` });

    await process.gate('announced');
    const candidate = await choose();
    const announcedAt = await issue.note('announced', candidateText(candidate));
    process.reach('announced', {
      at: announcedAt,
      sentence: 'The candidate is chosen and known.',
      evidence: candidate.projects.map(({ project, sha }) => ({ label: project, value: sha })),
    });
    await process.gate('rc_tagged');
    await tagCandidate(candidate);
    await tagFinal();

    await process.gate('finalised');
    const closedAt = await issue.close('published', `Published: ${first}.`);
    process.reach('finalised', { at: closedAt, sentence: 'Merge requests are told, the issue is closed.' });
    await process.record();
  }

  await process.run({ walk, afterAbort: () => issue.closeAborted() });
}

function candidateText({ projects }: Candidate): string {
  return [
    'The candidate is made of:',
    '',
    ...projects.map(({ project, sha, sentence }) => `- ${project}: ${sha}. ${sentence}`),
  ].join('\n');
}
