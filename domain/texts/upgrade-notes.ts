import { releaseHeading } from './announcement';
import {
  counted,
  enumerated,
  type ProjectFacts,
  type ReleaseFacts,
  type VersionFacts,
} from './release-facts';

/** From where one may upgrade, and what changes on the way, as Markdown: what was compared and nothing else. */
export function upgradeNotesText(facts: ReleaseFacts): string {
  return `${[
    `# Upgrading to ${releaseHeading(facts)}`,
    'Computed from the tagged trees. Of an upgrade from another minor these notes say nothing.',
    ...facts.versions.map(versionNotes),
  ].join('\n\n')}\n`;
}

function versionNotes({ version, minor, contains, lacks, projects }: VersionFacts): string {
  const but = lacks.length === 0 ? '' : `, but for what was reverted since: ${enumerated(lacks)}`;
  const from =
    contains.length === 0
      ? `It is the first version of ${minor}.`
      : `From ${enumerated(contains, 'or')}: it contains everything that they have${but}.`;
  const migrations = projects.flatMap(({ project, since }) =>
    (since?.migrations ?? []).map((path) => `- ${project}: \`${path}\``),
  );
  const told =
    migrations.length === 0 ? 'It adds no migration.' : `It adds ${counted(migrations.length, 'migration')}:`;
  return [`## ${version}`, '', from, '', ...projects.map(projectNote), '', told, ...migrations].join('\n');
}

function projectNote({ project, tag, since }: ProjectFacts): string {
  if (since === undefined) return `- ${project} ${tag}: nothing came before it on this line.`;
  return `- ${project} ${tag}: ${counted(since.changedFiles, 'file')} changed since ${since.tag}.`;
}
