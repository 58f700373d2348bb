import type { Boarding } from '../../domain/embargo/boarding';
import type { Embargo } from '../../domain/embargo/embargo';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';

/** So that whoever asks hears why a fix is not in a patch, in the words in which it was judged. */
export async function noteLeftOut(
  { records }: Pick<Outside, 'records'>,
  {
    release,
    boarding,
    embargoes,
  }: {
    readonly release: string;
    readonly boarding: Boarding;
    /** The registry, as it was judged. */
    readonly embargoes: readonly Embargo[];
  },
): Promise<void> {
  const headsOf = (embargo: string): readonly string[] =>
    embargoes.find(({ id }) => id === embargo)?.topics.map(({ head }) => head) ?? [];
  const leftOut = boarding.leftOut.map(({ embargo, verdict }) => ({
    embargo,
    verdict,
    heads: headsOf(embargo),
  }));
  await askRecords(() => records.fixes.noteLeftOut({ release, leftOut }));
}
