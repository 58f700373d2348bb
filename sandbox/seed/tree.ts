/** Files of a commit: path to content. */
export type Tree = Readonly<Record<string, string>>;

/** Fails on an empty tree: what has no tests was not checked out. */
const RUN_TESTS = `#!/bin/sh
# Runs every test of the tree. A tree without tests is a broken checkout.
set -eu
cd "$(dirname "$0")/.."
set -- test/*_test.sh
[ -f "$1" ] || { echo "no tests found" >&2; exit 1; }
for test in "$@"; do sh "$test"; done
echo "$# test files passed"
`;

export function testFiles(areas: readonly string[]): Tree {
  const files = areas.flatMap((area) => [
    [`lib/${area}.sh`, `# ${area.replaceAll('_', ' ')}\n${definition(area, 0)}`] as const,
    [`test/${area}_test.sh`, `. lib/${area}.sh\n${assertion(area, 0)}`] as const,
  ]);
  return { 'test/run.sh': RUN_TESTS, ...Object.fromEntries(files) };
}

/** The two files that one merge request changes: a function more, and the assertion that holds it. */
export function withChange({
  tree,
  area,
  serial,
}: {
  readonly tree: Tree;
  readonly area: string;
  readonly serial: number;
}): Tree {
  const library = `lib/${area}.sh`;
  const test = `test/${area}_test.sh`;
  return {
    [library]: `${tree[library] ?? ''}${definition(area, serial)}`,
    [test]: `${tree[test] ?? ''}${assertion(area, serial)}`,
  };
}

function definition(area: string, serial: number): string {
  return `${area}_${serial}() { echo $(($1 + ${serial})); }\n`;
}

function assertion(area: string, serial: number): string {
  return `[ "$(${area}_${serial} 1)" = ${serial + 1} ] || { echo "${area}_${serial} is wrong" >&2; exit 1; }\n`;
}
