import { fixCount, fixTable, fixTableText } from './fix-table';
import { enumerated, type ReleaseFacts, type VersionFacts } from './release-facts';

export function releaseHeading({ product, versions }: Pick<ReleaseFacts, 'product' | 'versions'>): string {
  return `${product} ${enumerated(versions.map(({ version }) => version))}`;
}

/** What a patch release tells the world, as Markdown. The same facts are the same text. */
export function announcementText(facts: ReleaseFacts): string {
  const rows = fixTable(facts);
  const { versions, publishedAt, security } = facts;
  const minors = enumerated(versions.map(({ minor }) => minor));
  const urgency =
    security.length === 0 ? 'No fix in it was under embargo.' : `Whoever runs ${minors} should upgrade now.`;
  return `${[
    `# ${releaseHeading(facts)}`,
    `Published ${publishedAt.slice(0, 10)}, with ${fixCount(rows)}. ${urgency}`,
    '## Fixes',
    fixTableText(facts, rows),
    '## Packages',
    versions.map(versionText).join('\n\n'),
  ].join('\n\n')}\n`;
}

function versionText({ version, lacks, projects }: VersionFacts): string {
  const lines = projects.flatMap(({ project, tag, page, packages }) => [
    `- [${project} ${tag}](${page})`,
    ...packages.map(({ file, sha256, url }) => `  - [${file}](${url}), sha256 \`${sha256}\``),
  ]);
  const lost = lacks.map(
    (fix) => `It has no code of a security fix any more, which was reverted in public: ${fix}.`,
  );
  return [`### ${version}`, '', ...lost.flatMap((line) => [line, '']), ...lines].join('\n');
}
