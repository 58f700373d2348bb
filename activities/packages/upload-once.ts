import { permanent } from '../errors';
import type { PackageFileAt } from '../gitlab/gitlab';
import type { Outside } from '../outside';
import { sha256, type FileContent } from './package-content';

export type PackagePlace = Omit<PackageFileAt, 'file'>;

/**
 * GitLab keeps every upload of a name, so each is looked up first, by one at a time.
 * @throws ApplicationFailure Conflict when a file is there with other content
 */
export async function uploadOnce(
  { gitlab, records }: Outside,
  at: PackagePlace,
  contents: readonly FileContent[],
): Promise<void> {
  await records.turns.take(`package ${at.project} ${at.name} ${at.version}`, async () => {
    const stored = new Map((await gitlab.storedFiles(at)).map((file) => [file.name, file.sha256]));
    for (const { file, content } of contents) {
      const there = stored.get(file);
      if (there !== undefined && there !== sha256(content))
        throw otherContent({ ...at, file, there, ours: sha256(content) });
    }
    for (const { file, content } of contents)
      if (!stored.has(file)) await gitlab.upload({ ...at, file, content });
  });
}

function otherContent(at: PackageFileAt & { readonly there: string; readonly ours: string }): Error {
  return permanent('Conflict', {
    where: `package registry of ${at.project}, ${at.name} ${at.version} ${at.file}`,
    what: `it is there with sha256 ${at.there}, and this release made ${at.ours}`,
    remedy: 'Find out who uploaded the other one; delete it if it is wrong, then resume the step',
  });
}
