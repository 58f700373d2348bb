export { backport } from './backport';
export { backportRound } from './backport-round';
export { internalRelease } from './internal-release';
export { mirror } from './mirror';
export { monthlyRelease } from './monthly-release';
export { patchRelease } from './patch-release';
export { versionRelease } from './version-release';
