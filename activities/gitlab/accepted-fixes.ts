import { acceptanceVerdict } from '../../domain/embargo/acceptance';
import type { Embargo, Topic } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Verdict } from '../../domain/verdict';
import { branchNameOf } from '../git/survey-line';
import type { Outside } from '../outside';
import { askDiscreetly } from './ask-discreetly';

export interface Unaccepted {
  readonly embargo: string;
  readonly verdict: Verdict;
}

type Asked = Pick<Outside, 'gitlab' | 'mirrorOf'>;

/**
 * Fixes with a merge request on the security side that is not accepted, each with the first reason. Read again at each boarding;
 * canonical as it was fetched last.
 */
export async function unacceptedFixes(
  outside: Asked,
  { embargoes, settings }: { readonly embargoes: readonly Embargo[]; readonly settings: ReleaseSettings },
): Promise<readonly Unaccepted[]> {
  const found = await Promise.all(
    embargoes.map(async ({ id, topics }) => {
      for (const topic of topics) {
        const project = settings.projects.find(({ name }) => name === topic.project);
        const verdict = project && (await askDiscreetly(() => verdictOn(outside, { project, topic })));
        if (verdict !== undefined && verdict.verdict !== 'pass') return [{ embargo: id, verdict }];
      }
      return [];
    }),
  );
  return found.flat();
}

/** Undefined where there is no merge request: then the seal of AppSec is all that says that the fix is ready. */
async function verdictOn(
  { gitlab, mirrorOf }: Asked,
  { project, topic }: { readonly project: Project; readonly topic: Topic },
): Promise<Verdict | undefined> {
  const { security } = project.repositories;
  const mirror = mirrorOf(project);
  const target = await branchNameOf(mirror, { project, line: topic.line });
  if (target === undefined) return undefined;
  const listed = await gitlab.mergeRequests.between({ project: security, source: topic.branch, target });
  const open = listed.find(({ state }) => state === 'opened');
  if (open === undefined) return undefined;
  const at = { project: security, iid: open.iid };
  const [shown, approvalsLeft, pipeline, runsPipelines] = await Promise.all([
    gitlab.mergeRequests.show(at),
    gitlab.mergeRequests.approvalsLeft(at),
    gitlab.mergeRequests.pipelineOf({ project: security, sha: open.sha }),
    gitlab.runsPipelines(security),
  ]);
  return acceptanceVerdict({
    ...shown,
    name: `${security}!${open.iid}`,
    topicHead: topic.head,
    approvalsLeft,
    runsPipelines,
    ...(pipeline === undefined ? {} : { pipeline: pipeline.status }),
  });
}
