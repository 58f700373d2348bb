import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../config/read';

/** A small right configuration. Line numbers in tests count in this text. */
export const RIGHT = `product: { name: shop }
projects:
  - name: core
    repositories: { canonical: shop/core }
    versioning: managed-sha
    stableBranch: '{major}-{minor}-stable'
    tags:
      - final: v{version}
        candidate: v{version}-rc{rc}
    versionFile: { path: VERSION }
  - name: web
    repositories: { canonical: shop/web }
    versioning: own
    dependsOn: [core]
    stableBranch: '{major}-{minor}-stable'
    tags:
      - final: v{version}
    pins:
      - project: core
        path: CORE_VERSION
        text: v{version}
candidate: { from: default-branch }
roles:
  lead: Approves.
approvals:
  - kinds: [monthly]
    before: published
    roles: [lead]
outside:
  gitlab: { url: https://gitlab.example }
`;

/** The right text with some of its lines replaced, each by one line or more. */
export function withLines(lines: Readonly<Record<number, string>>): string {
  return RIGHT.split('\n')
    .map((line, index) => lines[index + 1] ?? line)
    .join('\n');
}

/** Writes a file of its own, and takes it away again. */
export function withFile<T>(text: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-config-'));
  try {
    const path = join(folder, 'signalbox.yaml');
    writeFileSync(path, text);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `line:column what. remedy` of each problem. */
export function problemsOf(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): readonly string[] {
  return withFile(text, (path) =>
    checkConfig({ path, environment }).map(
      ({ line, column, what, remedy }) => `${line}:${column} ${what}. ${remedy}`,
    ),
  );
}
