import type { Embargo } from '../../domain/embargo/embargo';
import { LEFT_OUT_FOR, type LeftOut } from '../../domain/embargo/boarding';
import { headsOnDefault } from '../../domain/internal/remediation';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import {
  missingSystems,
  type ManagedSystem,
  type ProjectOnSystems,
} from '../../domain/version/on-managed-systems';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

type Asked = Pick<Outside, 'gitlab' | 'mirrorOf'>;

/** What each system runs of each project that the fix changes, by what was brought to it last, from whichever side. */
export async function systemsNow(
  outside: Asked,
  {
    fix,
    projects,
    systems,
  }: {
    readonly fix: Pick<Embargo, 'topics'>;
    readonly projects: readonly Project[];
    readonly systems: readonly string[];
  },
): Promise<readonly ProjectOnSystems[]> {
  const heads = headsOnDefault(fix);
  return Promise.all(
    projects.flatMap((project) => {
      const head = heads.get(project.name);
      return head === undefined ? [] : [projectNow(outside, { project, systems, head })];
    }),
  );
}

async function projectNow(
  outside: Asked,
  {
    project,
    systems,
    head,
  }: { readonly project: Project; readonly systems: readonly string[]; readonly head: string },
): Promise<ProjectOnSystems> {
  const now = systems.map((system) => systemNow(outside, { project, system, head }));
  return { project: project.name, systems: await Promise.all(now) };
}

interface System {
  readonly project: Project;
  readonly system: string;
  /** Commit that it has to contain. */
  readonly head: string;
}

async function systemNow(outside: Asked, { project, system, head }: System): Promise<ManagedSystem> {
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

/**
 * Fixes that one of the managed systems does not have, each with the reason; none where the release asks about no system. After a
 * leak what is ready goes out, and no system is waited for.
 */
export async function absentFixes(
  outside: Asked,
  { embargoes, settings }: { readonly embargoes: readonly Embargo[]; readonly settings: ReleaseSettings },
): Promise<readonly LeftOut[]> {
  const { managedSystems: systems = [], projects } = settings;
  const secret = embargoes.filter(({ state }) => systems.length > 0 && state !== 'compromised');
  const found = await Promise.all(
    secret.map(async (fix) => {
      const verdict = missingSystems(await systemsNow(outside, { fix, projects, systems }));
      if (verdict === undefined) return [];
      const asked = { label: LEFT_OUT_FOR.systems, value: systems.join(', ') };
      return [{ embargo: fix.id, verdict: { ...verdict, evidence: [asked, ...verdict.evidence] } }];
    }),
  );
  return found.flat();
}
