import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from './git-repository';

/** Refuses what protections forbid; the server hands them over with each push. `set -f`: patterns are not file names. */
const GUARD = `#!/bin/sh
# stdin: "<old> <new> <ref>" for each ref of the push
set -f
zero=${'0'.repeat(40)}
matches() { # ref, patterns
  for pattern in $2; do
    case "$1" in $pattern) return 0;; esac
  done
  return 1
}
refuse() {
  echo "GitLab: $1" >&2
  exit 1
}
while read -r old new ref; do
  matches "$ref" "$SANDBOX_PROTECTED_REFS" || continue
  case "$ref" in
    refs/tags/*)
      [ "$new" != $zero ] || refuse 'You can only delete protected tags using the web interface.'
      [ "$old" = $zero ] || refuse 'Protected tags cannot be updated.'
      matches "$ref" "$SANDBOX_OPEN_REFS" || refuse 'You are not allowed to create this tag as it is protected.';;
    *)
      [ "$new" != $zero ] || refuse 'You can only delete protected branches using the web interface.'
      matches "$ref" "$SANDBOX_OPEN_REFS" || refuse 'You are not allowed to push code to protected branches on this project.'
      [ "$old" = $zero ] || git merge-base --is-ancestor "$old" "$new" ||
        matches "$ref" "$SANDBOX_FORCED_REFS" ||
        refuse 'You are not allowed to force push code to a protected branch on this project.';;
  esac
done
`;

/** Tells the server which refs the push has moved. */
const REPORT = `#!/bin/sh
[ -z "$SANDBOX_PUSHED" ] || cat >> "$SANDBOX_PUSHED"
`;

export async function installGuard(repository: GitRepository): Promise<void> {
  await mkdir(join(repository.path, 'hooks'), { recursive: true });
  for (const [name, script] of [
    ['pre-receive', GUARD],
    ['post-receive', REPORT],
  ] as const) {
    const hook = join(repository.path, 'hooks', name);
    await writeFile(hook, script);
    await chmod(hook, 0o755);
  }
}
