import type { Boarding } from '../../domain/embargo/boarding';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';

/** So that whoever asks hears why a fix is not in a patch, in the words in which it was judged. */
export async function noteLeftOut(
  { records }: Pick<Outside, 'records'>,
  { release, boarding }: { readonly release: string; readonly boarding: Boarding },
): Promise<void> {
  const all = await askRecords(() => records.embargoes.all());
  const headsOf = (embargo: string): readonly string[] =>
    all.find(({ id }) => id === embargo)?.topics.map(({ head }) => head) ?? [];
  const leftOut = boarding.leftOut.map(({ embargo, verdict }) => ({
    embargo,
    verdict,
    heads: headsOf(embargo),
  }));
  await askRecords(() => records.fixes.noteLeftOut({ release, leftOut }));
}
