import type { Pin, VersionLocation, Versioning } from '../project';

/** @throws when the pattern does not match the file exactly once */
export function readVersion(location: VersionLocation, content: string): string {
  if (location.pattern === undefined) return content.trim();
  return matchOnce(location.pattern, { path: location.path, content }).text;
}

/** The file with the version in its place. Nothing else of it changes. @throws as {@link readVersion} */
export function writeVersion(
  location: VersionLocation,
  { content, version }: { readonly content: string; readonly version: string },
): string {
  if (location.pattern === undefined) return `${version}\n`;
  const { start, text } = matchOnce(location.pattern, { path: location.path, content });
  return content.slice(0, start) + version + content.slice(start + text.length);
}

/** What a pin says: candidates name the commit of a `managed-sha` project, everything else its version. */
export function pinText(
  pin: Pin,
  pinned: { readonly versioning: Versioning; readonly version: string; readonly commit: string },
): string {
  if (pinned.versioning === 'managed-sha' && pinned.version.includes('-rc')) return pinned.commit;
  return (pin.text ?? '{version}').replaceAll('{version}', pinned.version);
}

interface Match {
  readonly start: number;
  readonly text: string;
}

function matchOnce(pattern: string, file: { readonly path: string; readonly content: string }): Match {
  const matches = [...file.content.matchAll(new RegExp(pattern, 'dgm'))];
  const [match] = matches;
  const [start] = match?.indices?.[1] ?? [];
  const text = match?.[1];
  if (matches.length !== 1 || start === undefined || text === undefined) {
    throw new Error(
      `${file.path}: /${pattern}/ matches ${matches.length} times with a group; it must match exactly once`,
    );
  }
  return { start, text };
}
