import type { InternalRequest } from '../domain/internal/internal-request';
import { nextReminderMs } from '../domain/release/reminder';
import type { Done } from '../activities/effects';
import type { Verdict } from '../domain/verdict';
import { effect } from './effect-proxies';
import type { ReleaseProcess } from './release-process';

/** When nothing is said about it in the settings. */
const LOOK_EVERY_MS = 5 * 60_000;

/** Waits until every managed system has the fixes, looking again and again; meanwhile the release is blocked and says on what. */
export async function awaitRemediation(
  process: ReleaseProcess,
  request: InternalRequest,
): Promise<Done & { readonly verdict: Verdict }> {
  const { settings, state } = process;
  for (let looks = 0; ; looks++) {
    const found = await process.step('remediation', (common) =>
      effect('readRemediation', 'Read what the managed systems run', { ...common, settings, request }),
    );
    if (found.verdict.verdict === 'pass') {
      state.letGo();
      return found;
    }
    state.keep(found);
    await process.waitFor(
      () => false,
      nextReminderMs(settings.internal?.lookEveryMs ?? LOOK_EVERY_MS, looks),
    );
  }
}
