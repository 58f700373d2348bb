import type { ReleaseFacts } from '../../domain/texts/release-facts';
import type { TextFile } from '../../domain/texts/text-files';
import { effectKey } from '../../domain/version/naming';
import { RecordsConflict } from '../../records/database';
import type { TextStep } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { readReleaseFacts } from './read-release-facts';
import { clearFiles } from './texts-package';

interface Settling {
  readonly step: TextStep;
  readonly name: string;
  readonly render: (facts: ReleaseFacts) => readonly TextFile[];
}

/**
 * The texts as they passed the gate for the first time, kept before a byte of them is public. What they are computed from may be
 * called otherwise by the next attempt; what is out stays as it is, and the rest has to go with it.
 */
export async function settledFiles(
  outside: Outside,
  { step, name, render }: Settling,
): Promise<readonly TextFile[]> {
  const key = effectKey({ release: step.release, step: SETTLED, target: `${name}/${numbersOf(step)}` });
  for (;;) {
    const kept = await askRecords(() => outside.records.effects.find<Settled>(key));
    const files = kept?.files ?? render(await readReleaseFacts(outside, step));
    await clearFiles(outside, { step, files });
    if (kept !== undefined || (await keepFirst(outside, { step, name, key, files }))) return files;
  }
}

const SETTLED = 'settle-texts';

interface Settled {
  readonly files: readonly TextFile[];
}

/** @returns whether they are kept; not where another attempt was quicker and has kept others */
async function keepFirst(
  { records }: Outside,
  { step, name, key, files }: Omit<Settling, 'render'> & Settled & { readonly key: string },
): Promise<boolean> {
  const { release } = step;
  const lines = { release, workflowId: callingWorkflow(release), transitions: [] };
  const target = `${name}/${numbersOf(step)}`;
  return askRecords(async () => {
    try {
      await records.effects.record({ ...lines, key, step: SETTLED, target, result: { files } });
      return true;
    } catch (error) {
      if (error instanceof RecordsConflict) return false;
      throw error;
    }
  });
}

/** `18.6.2+18.5.4+18.4.6` */
export function numbersOf({ versions }: TextStep): string {
  return versions.map(({ version }) => version).join('+');
}
