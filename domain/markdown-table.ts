/** Lines of a table of Markdown. Whoever fills a cell sees to it that what it holds makes nothing of the page. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
