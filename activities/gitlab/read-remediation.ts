import { Context } from '@temporalio/activity';
import {
  headsOnDefault,
  LOOK_EVERY_MS,
  remediationVerdict,
  standingOf,
} from '../../domain/internal/remediation';
import type { Verdict } from '../../domain/verdict';
import type { ReleaseEffects } from '../effects';
import { readOffer } from '../git/offer-build';
import type { Outside } from '../outside';
import { readDeployed, systemsNow } from './managed-systems';

/** Then it says the same again, so that a workflow that waits for weeks sees that somebody looks. */
const LOOKS_FOR_MS = 6 * 60 * 60_000;

type Input = Parameters<ReleaseEffects['readRemediation']>[0];

/** Whether every managed system runs the fixes; of what is built, whether they still stand. */
export async function readRemediation(outside: Outside, input: Input): Promise<Verdict> {
  const everyMs = input.settings.internal?.lookEveryMs ?? LOOK_EVERY_MS;
  const began = Date.now();
  for (;;) {
    const verdict = await look(outside, input);
    if (verdict.verdict === 'pass') return verdict;
    if (verdict.sentence !== input.known || Date.now() - began > LOOKS_FOR_MS) return verdict;
    await Context.current().sleep(everyMs);
  }
}

async function look(outside: Outside, { release, settings, request, built }: Input): Promise<Verdict> {
  if (built !== undefined) return readOffer(outside, { release, settings, request, built });
  const { projects, internal } = settings;
  const systems = internal?.environments ?? [];
  const registered = await outside.records.embargoes.all();
  const fixes = registered.filter(({ id }) => request.fixes.includes(id));
  const changed = projects.filter(({ name }) => fixes.some((fix) => headsOnDefault(fix).has(name)));
  const deployed = await readDeployed(outside, { projects: changed, systems });
  return remediationVerdict(
    await Promise.all(
      fixes.map(async (fix) => ({
        ...standingOf(fix, []),
        projects: await systemsNow(outside, { fix, deployed }),
      })),
    ),
  );
}
