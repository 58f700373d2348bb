import type { DisclosedFix } from '../domain/embargo/disclosed-fix';
import type { InternalRequest } from '../domain/internal/internal-request';
import { LOOK_EVERY_MS, lookedAt } from '../domain/internal/remediation';
import { worksSince } from '../domain/release/process-revision';
import { nextReminderMs } from '../domain/release/reminder';
import type { Done } from '../activities/effects';
import type { Verdict } from '../domain/verdict';
import { lookAtSystems } from './effect-proxies';
import type { ReleaseProcess } from './release-process';

type Found = Done & { readonly verdict: Verdict };

interface Asked {
  readonly request: InternalRequest;
  /** What the release was built with, once it is. */
  readonly built?: readonly DisclosedFix[];
}

interface Waiting extends Asked {
  /** What was found already. */
  readonly first?: Found;
}

/**
 * Waits until every managed system has the fixes, or of what is built until its fixes stand, looking again and again;
 * meanwhile the release is blocked and says on what.
 */
export async function awaitRemediation(
  process: ReleaseProcess,
  { first, ...asked }: Waiting,
): Promise<Found> {
  const { settings, state } = process;
  const everyMs = settings.internal?.lookEveryMs ?? LOOK_EVERY_MS;
  let found = first ?? (await look(process, asked));
  for (let looks = 0; found.verdict.verdict !== 'pass'; looks++) {
    if (worksSince(3, settings)) {
      state.keep({ ...found, verdict: lookedAt(found.verdict, everyMs) });
      found = await look(process, { ...asked, known: found.verdict.sentence });
    } else {
      // Releases of an older revision look ever more rarely, and so say nothing of a pace.
      state.keep(found);
      await process.waitFor(() => false, nextReminderMs(everyMs, looks));
      found = await look(process, asked);
    }
  }
  state.letGo();
  return found;
}

/** What people decide in the meantime is written down at once: a look may last for hours. */
async function look(process: ReleaseProcess, asked: Asked & { readonly known?: string }): Promise<Found> {
  const { settings } = process;
  const looking = process.step('remediation', (common) =>
    lookAtSystems(summaryOf(asked), { ...common, settings, ...asked }),
  );
  if (asked.known === undefined) return looking;
  let isOver = false;
  const writing = process.waitFor(() => isOver);
  // An abort takes back only once the look has ended: it gives back the lines that it could not write.
  await Promise.allSettled([looking.finally(() => (isOver = true)), writing]);
  await writing;
  return looking;
}

function summaryOf({ built, known }: Asked & { readonly known?: string }): string {
  if (built !== undefined)
    return known === undefined ? 'Read whether its fixes still stand' : 'Wait until its fixes stand again';
  return known === undefined ? 'Read what the managed systems run' : 'Wait until the managed systems run it';
}
