import { bornMinors } from '../../domain/version/born-minors';
import { maintainedMinors } from '../../domain/version/maintenance';
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
  return owingMinors({ maintained, unreleased: await unreleasedMinors(outside, settings, published) });
}

async function unreleasedMinors(
  outside: Outside,
  settings: ReleaseSettings,
  published: readonly string[],
): Promise<readonly string[]> {
  const lead =
    settings.projects.findLast(({ versioning }) => versioning !== 'own') ?? settings.projects.at(-1);
  if (lead === undefined) return [];
  const branches = await outside.mirrorOf(lead).names('canonical', 'heads');
  return bornMinors({ lead, branches, newest: published[0] });
}
