import { headsOnDefault, remediationVerdict } from '../../domain/internal/remediation';
import type { Project } from '../../domain/project';
import type { Verdict } from '../../domain/verdict';
import type { ManagedSystem } from '../../domain/version/on-managed-systems';
import type { ReleaseEffects } from '../effects';
import { projectNamed, type Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

type Input = Parameters<ReleaseEffects['readRemediation']>[0];

/** Whether every managed system runs the fixes, by what was brought to it last, from whichever side. */
export async function readRemediation(outside: Outside, { settings, request }: Input): Promise<Verdict> {
  const environments = settings.internal?.environments ?? [];
  const registered = await outside.records.embargoes.all();
  const fixes = registered.filter(({ id }) => request.fixes.includes(id));
  return remediationVerdict(
    await Promise.all(
      fixes.map(async (fix) => ({
        state: fix.state,
        projects: await Promise.all(
          [...headsOnDefault(fix)].map(async ([name, head]) => {
            const project = projectNamed(settings, name);
            const systems = environments.map((system) => systemNow(outside, { project, system, head }));
            return { project: name, systems: await Promise.all(systems) };
          }),
        ),
      })),
    ),
  );
}

interface Asked {
  readonly project: Project;
  readonly system: string;
  /** Commit that it has to contain. */
  readonly head: string;
}

async function systemNow(outside: Outside, { project, system, head }: Asked): Promise<ManagedSystem> {
  const [newest] = await deploymentsOf(outside, { project, environment: system });
  const sha = newest?.commit;
  if (sha === undefined) return { system };
  const mirror = outside.mirrorOf(project);
  // Topics and compositions are on this side; both may be newer than the last look.
  const areKnown = async (): Promise<boolean> =>
    (await mirror.resolve(sha)) !== undefined && (await mirror.resolve(head)) !== undefined;
  if (!(await areKnown())) await mirror.fetch('security');
  if (!(await areKnown())) return { system };
  return { system, runs: { package: sha, settled: await mirror.isAncestor(head, sha) } };
}
