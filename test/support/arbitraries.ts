import { nat, option, record, type Arbitrary } from 'fast-check';

/** `18.6`. */
export const minors: Arbitrary<string> = record({ major: nat({ max: 99 }), minor: nat({ max: 99 }) }).map(
  ({ major, minor }) => `${major}.${minor}`,
);

/** `18.6.2`. */
export const finals: Arbitrary<string> = record({ minor: minors, patch: nat({ max: 99 }) }).map(
  ({ minor, patch }) => `${minor}.${patch}`,
);

/** `18.6.2` or `18.7.0-rc42`. */
export const versions: Arbitrary<string> = record({ final: finals, rc: option(nat({ max: 99 })) }).map(
  ({ final, rc }) => (rc === null ? final : `${final}-rc${rc}`),
);
