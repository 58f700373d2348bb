/** Tags are built on the build repository alone, branches are tested where they are pushed. */
export const PIPELINE = `stages: [test, verify]

unit tests:
  stage: test
  script:
    - sh test/run.sh
  rules:
    - if: $CI_COMMIT_TAG
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

version:
  stage: verify
  script:
    - sh ci/check-version.sh
  rules:
    - if: $CI_COMMIT_TAG
`;

/** The script of the `version` job; `prefix` is what the project's tags begin with. */
export function checkVersion(prefix: string): string {
  return `#!/bin/sh
# The tree says the version that its tag says; a candidate may name the commits of its components instead.
set -eu
tag=\${CI_COMMIT_TAG#${prefix}}
number=\${tag%%[-+]*}
case "$tag" in *rc*) number="$number|[0-9a-f]{40}" ;; esac
grep -rqE "$number" VERSION Chart.yaml ci_files/variables.yml 2>/dev/null ||
  { echo "$CI_COMMIT_TAG: no version file says $number" >&2; exit 1; }
`;
}
