import { readVersion } from '../domain/version/version-file';
import type { VersionLocation } from '../domain/project';

interface Known {
  readonly file: RegExp;
  readonly pattern?: string;
}

/** Where versions usually stand, the most telling first. */
const KNOWN: readonly Known[] = [
  { file: /^VERSION$/ },
  { file: /^VERSION\.txt$/i },
  { file: /^package\.json$/, pattern: String.raw`^\s*"version": "(.*)"` },
  { file: /^Cargo\.toml$/, pattern: '^version = "(.*)"' },
  { file: /^pyproject\.toml$/, pattern: '^version = "(.*)"' },
  { file: /^setup\.cfg$/, pattern: String.raw`^version = (\S+)$` },
  { file: /(?:^|\/)Chart\.yaml$/, pattern: String.raw`^version: (\S+)$` },
  { file: /^galaxy\.yml$/, pattern: String.raw`^version: (\S+)$` },
  { file: /^gradle\.properties$/, pattern: String.raw`^version=(\S+)$` },
  { file: /^mix\.exs$/, pattern: String.raw`^\s*version: "(.*)"` },
  { file: /^(?:lib\/.*|)version\.rb$/, pattern: String.raw`^\s*VERSION = ["'](.*)["']` },
  {
    file: /(?:^|\/)(?:__version__|_version|version|__init__)\.py$/,
    pattern: String.raw`^__version__ = ["'](.*)["']`,
  },
  { file: /(?:^|\/)version\.go$/, pattern: String.raw`\bVersion\s*= "(.*)"` },
];

/** The file that keeps the version, or undefined where none is known by name. */
export function proposeVersionFile(repository: {
  readonly files: readonly string[];
  readonly contentOf?: (path: string) => string | undefined;
}): VersionLocation | undefined {
  for (const { file, pattern } of KNOWN) {
    const paths = repository.files.filter((path) => file.test(path)).toSorted(byDepth);
    for (const path of paths) {
      const location: VersionLocation = { path, ...(pattern === undefined ? {} : { pattern }) };
      if (holdsVersion(location, repository.contentOf)) return location;
    }
  }
  return undefined;
}

function byDepth(left: string, right: string): number {
  return left.split('/').length - right.split('/').length || left.length - right.length;
}

/** Without a look inside, the name must do. */
function holdsVersion(
  location: VersionLocation,
  contentOf: ((path: string) => string | undefined) | undefined,
): boolean {
  if (contentOf === undefined) return true;
  const content = contentOf(location.path);
  if (content === undefined) return false;
  try {
    return /^v?\d+\.\d+\S*$/.test(readVersion(location, content));
  } catch {
    return false;
  }
}
