import type { Outside } from '../outside';
import type { NoteAt } from './gitlab';

/** What a note or an issue is found again by. */
export function markerOf(key: string): string {
  return `<!-- signalbox:${key} -->`;
}

export interface KeyedNote {
  readonly at: NoteAt;
  readonly key: string;
  readonly text: string;
}

/** Looked up before it is made, by one at a time. */
export async function noteOnce({ gitlab, records }: Outside, { at, key, text }: KeyedNote): Promise<boolean> {
  const marker = markerOf(key);
  return records.turns.take(key, async () => {
    if (!(await gitlab.hasNote({ ...at, marker })))
      await gitlab.addNote({ ...at, text: `${text}\n\n${marker}` });
    return true;
  });
}
