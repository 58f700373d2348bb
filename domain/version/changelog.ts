/** A merge request as a changelog tells it. */
export interface ChangelogEntry {
  readonly mergeRequest: number;
  readonly title: string;
  readonly webUrl: string;
}

/** Markdown list of what a version carries, in the order of the merge requests. */
export function changelogText(entries: readonly ChangelogEntry[]): string {
  if (entries.length === 0) return 'No merge request is part of this version.\n';
  const lines = [...entries]
    .toSorted((left, right) => left.mergeRequest - right.mergeRequest)
    .map(({ mergeRequest, title, webUrl }) => `- ${title} ([!${mergeRequest}](${webUrl}))`);
  return `${lines.join('\n')}\n`;
}

/** The changelog with the version's section on top. The same again where it has it. */
export function withSection(
  changelog: string,
  section: { readonly version: string; readonly date: string; readonly text: string },
): string {
  const heading = `## ${section.version} (${section.date})`;
  if (`\n${changelog}`.includes(`\n${heading}\n`)) return changelog;
  return `${heading}\n\n${section.text}${changelog === '' ? '' : `\n${changelog}`}`;
}
