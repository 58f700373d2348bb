import { Context } from '@temporalio/activity';
import type { DisclosedFix } from '../../domain/embargo/disclosed-fix';
import {
  headsOnDefault,
  LOOK_EVERY_MS,
  remediationVerdict,
  standingOf,
  standingVerdict,
  type Standing,
} from '../../domain/internal/remediation';
import type { Verdict } from '../../domain/verdict';
import type { ReleaseEffects } from '../effects';
import { levelRegistry } from '../git/level-registry';
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

async function look(outside: Outside, { settings, request, built }: Input): Promise<Verdict> {
  if (built !== undefined) return standingVerdict(await standingNow(outside, { settings, request, built }));
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

/** A fix that was mended a moment ago is registered first, so that nobody gets what was built of it before. */
async function standingNow(
  outside: Outside,
  {
    settings,
    request,
    built,
  }: Pick<Input, 'settings' | 'request'> & { readonly built: readonly DisclosedFix[] },
): Promise<readonly Standing[]> {
  const projects = settings.projects.filter(({ name }) => built.some(({ project }) => project === name));
  const registered = await levelRegistry(outside, projects);
  const fixes = registered.filter(({ id }) => request.fixes.includes(id));
  return fixes.map((fix) => standingOf(fix, built));
}
