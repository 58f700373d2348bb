import { Context } from '@temporalio/activity';
import type { Verdict } from '../../domain/verdict';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import type { Pipeline } from './gitlab';

type Input = Parameters<ReleaseEffects['awaitPipeline']>[0];

/** The bell rings when the webhook is in; webhooks get lost, so GitLab is asked this often all the same. */
const ASK_EVERY_MS = 10_000;
const HEARTBEAT_EVERY_MS = 3_000;
/** A push of many tags makes no pipelines for some of them; after this long one is asked for. */
const PATIENCE_FOR_A_PIPELINE_MS = 15_000;

const PASSED = new Set(['success', 'manual', 'skipped']);
const FAILED = new Set(['failed', 'canceled']);

export interface PipelineOutcome {
  readonly verdict: Verdict;
  readonly url?: string;
}

/** Waits until the tag's pipeline has passed, or has failed more often than it may be retried. Heartbeats; ends at once when cancelled. */
export async function awaitPipeline(outside: Outside, input: Input): Promise<PipelineOutcome> {
  const { canonical, build } = input.project.repositories;
  if (build === canonical)
    return unneeded(`${input.tag.name} is pushed when it is published; its pipeline runs then.`);
  if (!(await hasPipelines(outside, input))) return unneeded(`${build} runs no pipelines.`);
  const beat = setInterval(() => Context.current().heartbeat(), HEARTBEAT_EVERY_MS);
  const bell = outside.records.bell.listen({ project: build, ref: input.tag.name });
  try {
    return await waitForVerdict(outside, {
      input,
      wait: (timeoutMs) => bell.wait({ timeoutMs, signal: Context.current().cancellationSignal }),
    });
  } finally {
    clearInterval(beat);
    bell.close();
  }
}

async function hasPipelines(outside: Outside, { project, tag }: Input): Promise<boolean> {
  const mirror = outside.mirrorOf(project);
  if ((await mirror.resolve(tag.sha)) === undefined) await mirror.fetch('build');
  if ((await mirror.file(tag.sha, '.gitlab-ci.yml')) === undefined) return false;
  return outside.gitlab.runsPipelines(project.repositories.build);
}

interface Waiting {
  readonly input: Input;
  readonly wait: (timeoutMs: number) => Promise<void>;
}

async function waitForVerdict(outside: Outside, { input, wait }: Waiting): Promise<PipelineOutcome> {
  const project = input.project.repositories.build;
  const began = Date.now();
  for (;;) {
    Context.current().cancellationSignal.throwIfAborted();
    const pipeline = await outside.gitlab.findPipeline({ project, ref: input.tag.name, sha: input.tag.sha });
    if (pipeline === undefined) {
      if (Date.now() - began > PATIENCE_FOR_A_PIPELINE_MS && !(await startOne(outside, input)))
        return unneeded(`No job of ${project} runs for ${input.tag.name}.`);
    } else if (PASSED.has(pipeline.status)) {
      return told(pipeline, 'pass', `The pipeline of ${input.tag.name} passed.`);
    } else if (FAILED.has(pipeline.status)) {
      const attempts = await outside.gitlab.attempts({ project, pipeline: pipeline.id });
      if (attempts > input.retries) return failed(pipeline, input, attempts);
      await outside.gitlab.retryPipeline({ project, pipeline: pipeline.id });
    }
    await wait(ASK_EVERY_MS);
  }
}

/** @returns false when no job would run */
async function startOne(
  { gitlab, records }: Outside,
  { project: { repositories }, tag }: Input,
): Promise<boolean> {
  const project = repositories.build;
  return records.turns.take(`pipeline ${project} ${tag.name}`, async () => {
    const found = await gitlab.findPipeline({ project, ref: tag.name, sha: tag.sha });
    return found !== undefined || (await gitlab.startPipeline({ project, ref: tag.name })) !== undefined;
  });
}

function unneeded(sentence: string): PipelineOutcome {
  return { verdict: { verdict: 'pass', sentence, evidence: [] } };
}

function told(
  pipeline: Pipeline,
  verdict: Verdict['verdict'],
  sentence: string,
): { verdict: Verdict; url: string } {
  const evidence = [{ label: 'pipeline', value: String(pipeline.id), url: pipeline.url }];
  return { url: pipeline.url, verdict: { verdict, sentence, evidence } };
}

function failed(pipeline: Pipeline, { tag }: Input, attempts: number): { verdict: Verdict; url: string } {
  const { verdict, url } = told(
    pipeline,
    'fail',
    `The pipeline of ${tag.name} failed ${attempts} times (${pipeline.status}).`,
  );
  return { url, verdict: { ...verdict, whoActs: 'release-manager' } };
}
