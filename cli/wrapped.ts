const WIDTH = 80;

/**
 * A text for 80 columns, broken at spaces, each line indented. A command between backticks stays on one line, to be copied, where
 * it fits one; a word that is longer than a line stays whole.
 */
export function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(OUTSIDE_BACKTICKS).flatMap((part) => fitting(part, WIDTH - indent.length))) {
    const last = lines.at(-1);
    const longer = last === undefined ? undefined : `${last} ${word}`;
    if (longer !== undefined && longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}

/** A space that is followed by no backtick, or by a pair, or by some. */
const OUTSIDE_BACKTICKS = / (?=(?:[^`]*`[^`]*`)*[^`]*$)/;

function fitting(part: string, room: number): readonly string[] {
  return part.length <= room ? [part] : part.split(' ');
}
