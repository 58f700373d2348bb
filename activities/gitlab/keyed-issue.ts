import type { Outside } from '../outside';
import { markerOf } from './keyed-notes';

export interface KeyedIssue {
  /** Path of the project that it is opened in. */
  readonly project: string;
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** Looked up before it is made, by one at a time; a closed one counts. @returns its number */
export async function issueOnce(
  { gitlab, records }: Outside,
  { project, key, title, text }: KeyedIssue,
): Promise<number> {
  const marker = markerOf(key);
  return records.turns.take(key, async () => {
    const found = await gitlab.findIssue({ project, marker });
    return found ?? gitlab.openIssue({ project, title, text: `${text}\n\n${marker}` });
  });
}
