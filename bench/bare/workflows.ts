import { executeChild, proxyActivities, sleep, startChild } from '@temporalio/workflow';

/** Shape of a release with everything but its effects taken away. */
export interface BareRelease {
  readonly before: number;
  readonly versions: readonly (readonly BareProject[])[];
  readonly after: number;
}

/** A project of a version: how many effects it has, and after whose first one its own may begin. */
export interface BareProject {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly effects: number;
  /** Waited for beside the effects that follow the first one. */
  readonly pipelines: number;
}

const { noOp } = proxyActivities<{ noOp(input: object): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** The bare limit: the same children, one no-op activity for each outside effect, nothing remembered or explained. */
export async function bareRelease({ before, versions, after }: BareRelease): Promise<void> {
  for (let index = 0; index < before; index++) await noOp({});
  await Promise.all(versions.map((projects) => executeChild(bareVersion, { args: [projects] })));
  for (let index = 0; index < after; index++) await noOp({});
  await startChild(bareTexts, { parentClosePolicy: 'ABANDON' });
}

/** What is said a month later, which nobody waits for. */
export async function bareTexts(): Promise<void> {
  await sleep('30 days');
}

export async function bareVersion(projects: readonly BareProject[]): Promise<void> {
  const tagged = new Map<string, Promise<void>>();
  const finished = projects.map((project) => {
    const ready = Promise.all(project.dependsOn.flatMap((name) => tagged.get(name) ?? []));
    const tag = ready.then(() => noOp({}));
    tagged.set(project.name, tag);
    const pipelines = Array.from({ length: project.pipelines }, () => tag.then(() => noOp({})));
    return Promise.all([tag.then(() => rest(project.effects - 1)), ...pipelines]);
  });
  await Promise.all(finished);
}

async function rest(effects: number): Promise<void> {
  for (let index = 0; index < effects; index++) await noOp({});
}
