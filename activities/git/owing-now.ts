import { maintainedMinors } from '../../domain/version/maintenance';
import { matcherOf } from '../../domain/version/naming';
import { owingMinors } from '../../domain/embargo/obligation';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Outside } from '../outside';
import { publishedMinors } from './survey-lines';

/** The minors that owe a fix to whoever runs them, as canonical was last fetched. */
export async function owingNow(outside: Outside, settings: ReleaseSettings): Promise<readonly string[]> {
  const now = new Date().toISOString();
  const published = await publishedMinors(outside, settings);
  const maintained = maintainedMinors(
    {
      // They are out: that is why canonical has their tags.
      published: published.map((minor) => ({ minor, publishedAt: now })),
      policies: settings.maintenance,
      exceptions: [],
    },
    now,
  );
  return owingMinors({ maintained, unreleased: await bornMinors(outside, settings, published) });
}

/** Minors that have a stable branch and no version yet, newer than all that are out. */
async function bornMinors(
  outside: Outside,
  settings: ReleaseSettings,
  published: readonly string[],
): Promise<readonly string[]> {
  const lead =
    settings.projects.findLast(({ versioning }) => versioning !== 'own') ?? settings.projects.at(-1);
  if (lead === undefined) return [];
  const pattern = matcherOf(lead.stableBranch);
  const newest = published[0];
  return (await outside.mirrorOf(lead).names('canonical', 'heads')).flatMap((branch) => {
    const groups = pattern.exec(branch)?.groups;
    const minor = `${groups?.['major']}.${groups?.['minor']}`;
    const isBorn = groups !== undefined && (newest === undefined || isNewer(minor, newest));
    return isBorn ? [minor] : [];
  });
}

function isNewer(left: string, right: string): boolean {
  const [major = 0, minor = 0] = left.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = right.split('.').map(Number);
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}
