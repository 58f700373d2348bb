import { awaitsSystems, type Embargo } from '../../domain/embargo/embargo';
import { LEFT_OUT_FOR, type LeftOut } from '../../domain/embargo/boarding';
import { headsOnDefault } from '../../domain/internal/remediation';
import type { Project } from '../../domain/project';
import {
  missingSystems,
  systemsVerdicts,
  type ManagedSystem,
  type ProjectOnSystems,
} from '../../domain/version/on-managed-systems';
import type { Verdict } from '../../domain/verdict';
import type { SystemException } from '../../domain/version/system-exceptions';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

type Asked = Pick<Outside, 'gitlab' | 'mirrorOf'>;

/** What one system was brought to last of one project, from whichever side. */
export interface Deployed {
  readonly project: Project;
  readonly system: string;
  /** Absent where nothing of the project was ever brought to it. */
  readonly commit?: string;
  /** Whether a repository of the project has the commit. */
  readonly isFound: boolean;
}

/**
 * What the systems run of every project, and the security side of each as it is now. Asked before any fix is looked at: what
 * fails here fails in the same words where nothing is under embargo.
 */
export async function readDeployed(
  outside: Asked,
  { projects, systems }: { readonly projects: readonly Project[]; readonly systems: readonly string[] },
): Promise<readonly Deployed[]> {
  if (systems.length === 0) return [];
  const found = await Promise.all(
    projects.map(async (project) => {
      const newest = await Promise.all(
        systems.map(async (system) => {
          const [last] = await deploymentsOf(outside, { project, environment: system });
          return last === undefined ? { system } : { system, commit: last.commit };
        }),
      );
      const mirror = outside.mirrorOf(project);
      // Topics and compositions are on this side; both may be newer than the last look.
      await mirror.fetch('security');
      const isThere = async (commit?: string): Promise<boolean> =>
        commit !== undefined && (await mirror.resolve(commit)) !== undefined;
      return Promise.all(
        newest.map(async (one) => ({ project, ...one, isFound: await isThere(one.commit) })),
      );
    }),
  );
  return found.flat();
}

/** Systems that run a commit which nobody can compare with anything, and are waited for. */
export function unreadSystems(
  deployed: readonly Deployed[],
  exceptions: readonly SystemException[],
): readonly string[] {
  const unread = deployed.filter(
    ({ system, commit, isFound }) =>
      commit !== undefined && !isFound && !exceptions.some((one) => one.system === system),
  );
  return [...new Set(unread.map(({ system }) => system))];
}

/** What each system runs of each project that the fix changes. */
export async function systemsNow(
  { mirrorOf }: Pick<Outside, 'mirrorOf'>,
  { fix, deployed }: { readonly fix: Pick<Embargo, 'topics'>; readonly deployed: readonly Deployed[] },
): Promise<readonly ProjectOnSystems[]> {
  const heads = [...headsOnDefault(fix)];
  return Promise.all(
    heads.map(async ([project, head]) => {
      const mine = deployed.filter((one) => one.project.name === project);
      const systems = mine.map((one) => systemNow({ mirrorOf }, { ...one, head }));
      return { project, systems: await Promise.all(systems) };
    }),
  );
}

async function systemNow(
  { mirrorOf }: Pick<Outside, 'mirrorOf'>,
  { project, system, commit, isFound, head }: Deployed & { readonly head: string },
): Promise<ManagedSystem> {
  if (commit === undefined) return { system, isVacant: true };
  const mirror = mirrorOf(project);
  if (!isFound || (await mirror.resolve(head)) === undefined) return { system };
  return { system, runs: { package: commit, settled: await mirror.isAncestor(head, commit) } };
}

interface FixesAsked {
  readonly embargoes: readonly Embargo[];
  readonly deployed: readonly Deployed[];
  /** Those that have not ended. */
  readonly exceptions: readonly SystemException[];
}

/** What is to be said of each project of these fixes. */
export async function verdictsNow(
  outside: Pick<Outside, 'mirrorOf'>,
  { embargoes, deployed, exceptions }: FixesAsked,
): Promise<readonly Verdict[]> {
  const found = await Promise.all(
    embargoes.map(async (fix) => systemsVerdicts(await systemsNow(outside, { fix, deployed }), exceptions)),
  );
  return found.flat();
}

/** Fixes that one of the managed systems does not have, or of which nobody can say so, each with the reason. */
export async function absentFixes(
  outside: Pick<Outside, 'mirrorOf'>,
  { embargoes, deployed, exceptions }: FixesAsked,
): Promise<readonly LeftOut[]> {
  const found = await Promise.all(
    embargoes.filter(awaitsSystems).map(async (fix) => {
      const verdict = missingSystems(await systemsNow(outside, { fix, deployed }), exceptions);
      if (verdict === undefined) return [];
      const systems = [...new Set(deployed.map(({ system }) => system))];
      const asked = { label: LEFT_OUT_FOR.systems, value: systems.join(', ') };
      return [{ embargo: fix.id, verdict: { ...verdict, evidence: [asked, ...verdict.evidence] } }];
    }),
  );
  return found.flat();
}
