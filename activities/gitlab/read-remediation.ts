import { remediationVerdict } from '../../domain/internal/remediation';
import type { Verdict } from '../../domain/verdict';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { systemsNow } from './managed-systems';

type Input = Parameters<ReleaseEffects['readRemediation']>[0];

/** Whether every managed system runs the fixes. */
export async function readRemediation(outside: Outside, { settings, request }: Input): Promise<Verdict> {
  const { projects, internal } = settings;
  const systems = internal?.environments ?? [];
  const registered = await outside.records.embargoes.all();
  const fixes = registered.filter(({ id }) => request.fixes.includes(id));
  return remediationVerdict(
    await Promise.all(
      fixes.map(async (fix) => ({
        state: fix.state,
        projects: await systemsNow(outside, { fix, projects, systems }),
      })),
    ),
  );
}
