import { Document, isMap, isScalar } from 'yaml';
import type { Project } from '../domain/project';

const HEAD = ` Proposed from the tags and branches of the repository; read it before the first release.
 The fields are explained in docs/reference/configuration.md.`;

const COMMENTS: Readonly<Record<string, string>> = {
  candidate: ' A monthly release is cut from the newest commit of the default branch whose pipeline passed.',
  approvals: ' Nobody is asked. Add an entry for each milestone that shall wait for people.',
};

/** A whole `signalbox.yaml` for one project alone: candidates from its default branch, and no approvals. */
export function proposeConfiguration(
  project: Project,
  {
    gitlabUrl,
  }: { /** An address, or a reference such as `${SIGNALBOX_GITLAB_URL}`. */ readonly gitlabUrl: string },
): string {
  const { name, repositories, dependsOn: _, pins: __, ...entry } = project;
  const document = new Document({
    product: { name },
    projects: [{ name, repositories: shortened(repositories), ...entry }],
    candidate: { from: 'default-branch' },
    roles: { 'release-manager': 'Starts, approves, holds and aborts releases.' },
    approvals: [],
    outside: { gitlab: { url: gitlabUrl } },
  });
  document.commentBefore = HEAD;
  if (isMap(document.contents)) {
    for (const [index, { key }] of document.contents.items.entries()) {
      if (!isScalar(key)) continue;
      key.spaceBefore = index > 0;
      key.commentBefore = COMMENTS[String(key.value)] ?? null;
    }
  }
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** Repositories that are the canonical one are left out. */
function shortened({
  canonical,
  security,
  build,
}: Project['repositories']): Partial<Project['repositories']> {
  return {
    canonical,
    ...(security === canonical ? {} : { security }),
    ...(build === canonical ? {} : { build }),
  };
}
