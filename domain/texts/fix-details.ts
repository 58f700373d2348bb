import type { Embargo } from '../embargo/embargo';

type Told = Pick<Embargo, 'title' | 'severity' | 'publicTitle' | 'cve' | 'affects' | 'topics'>;

/** Everything that was said of a fix while it was a secret, as Markdown: when none of it is one any more. */
export function fixDetailsText({ title, severity, publicTitle, cve, affects, topics }: Told): string {
  const known = [publicTitle, cve].filter((name) => name !== undefined);
  return `${[
    `# ${title}`,
    `Severity ${severity}${known.length === 0 ? '' : `; announced as ${known.join(', ')}`}.`,
    '## Affected lines',
    affects.map(({ line, evidence }) => `- ${line}: ${evidence}`).join('\n'),
    '## Fix',
    topics.map(({ project, line, head }) => `- ${project}, ${line}: ${head}`).join('\n'),
  ].join('\n\n')}\n`;
}
