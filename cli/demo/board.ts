import { MONTHLY_MILESTONES, PATCH_MILESTONES } from '../../domain/release/milestones';
import type { ReleaseStatus } from '../../domain/release/release';
import { wrapped } from '../wrapped';

/** Colours are passed in, so that a pipe or `NO_COLOR` gets none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
}

const WIDTH = 78;

/** Both releases side by side, one screen of 80 columns: state, track of milestones, versions, and whom they wait for. */
export function renderBoard({
  releases,
  elapsedSeconds,
  paint,
}: {
  readonly releases: readonly ReleaseStatus[];
  readonly elapsedSeconds: number;
  readonly paint: Paint;
}): readonly string[] {
  const clock = `${Math.floor(elapsedSeconds / 60)}:${String(Math.floor(elapsedSeconds % 60)).padStart(2, '0')}`;
  return [
    `${paint.bold('Two releases side by side')}${clock.padStart(WIDTH - 25)}`,
    ...releases.flatMap((release) => ['', ...renderRelease(release, paint)]),
  ];
}

function renderRelease(release: ReleaseStatus, paint: Paint): readonly string[] {
  return [
    `${paint.bold(release.title)}  ${colourOf(release, paint)(words(release.state))}`,
    `  ${track(release, paint)}`,
    ...versionLines(release, paint),
    ...waiting(release, paint),
  ];
}

function track(release: ReleaseStatus, paint: Paint): string {
  const all: readonly string[] = release.kind === 'monthly' ? MONTHLY_MILESTONES : PATCH_MILESTONES;
  const reached = new Set<string>(release.reached.map(({ milestone }) => milestone));
  const dots = all.map((milestone) => (reached.has(milestone) ? paint.green('●') : paint.dim('○'))).join(' ');
  return `${dots}  ${reached.size} of ${all.length}`;
}

function versionLines(release: ReleaseStatus, paint: Paint): readonly string[] {
  return release.versions.map(({ version, reached }) => `  ${version.padEnd(14)} ${paint.dim(reached)}`);
}

/** Whole, on as many lines as it needs: what is cut can be neither read nor typed. */
function waiting(release: ReleaseStatus, paint: Paint): readonly string[] {
  const [text, colour] = awaited(release, paint);
  return wrapped(text, '  ').map(colour);
}

function awaited(release: ReleaseStatus, paint: Paint): readonly [text: string, colour: Paint['dim']] {
  const blocker = release.blockers[0];
  if (release.hold !== undefined)
    return [`held by ${release.hold.by.id}: ${release.hold.reason}`, paint.yellow];
  if (blocker !== undefined) return [`${blocker.step}: ${blocker.verdict.sentence}`, paint.red];
  if (release.waitingFor !== undefined)
    return [`waits for ${release.waitingFor.who}: ${release.waitingFor.sentence}`, paint.yellow];
  if (release.next !== undefined) return [`next: ${release.next.sentence}`, paint.dim];
  return [release.reached.length === 0 ? 'begins' : 'nothing left to do', paint.dim];
}

function colourOf(release: ReleaseStatus, paint: Paint): (text: string) => string {
  if (release.blockers.length > 0) return paint.red;
  return release.waitingFor === undefined && release.hold === undefined ? paint.green : paint.yellow;
}

function words(state: string): string {
  return state.replaceAll('_', ' ');
}
