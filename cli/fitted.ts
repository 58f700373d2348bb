/** A text that has one line and no more: cut, with a sign of it, where it is longer. What a person has to act on is never cut: see `wrapped`. */
export function fitted(text: string, width = 80): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
