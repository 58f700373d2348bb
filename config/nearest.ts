/** The known name that was probably meant, or undefined when none is near. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const [best] = known
    .map((candidate) => ({
      candidate,
      distance: distance(wanted.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter((found) => found.distance <= limit)
    .toSorted((left, right) => left.distance - right.distance);
  return best?.candidate;
}

/** "Did you mean x?", or what there is. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const meant = nearest(wanted, known);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return known.length === 0 ? 'There are none yet.' : `Known: ${known.join(', ')}.`;
}

/** Letters to insert, remove, change or swap with their neighbour. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    before = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
