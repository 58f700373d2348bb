import { z } from 'zod';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../domain/roles';
import { effectKey } from '../domain/version/naming';
import type { TagRow } from '../records/artifacts';
import type { Records } from '../records/records';
import type { VersionRow } from '../records/versions';
import { demandRelease } from '../starters/internal-audience';
import { recordedRelease } from '../starters/release-status';
import { endpoint, type Endpoint } from './endpoint';
import type { Person } from './people';
import { instant, releaseId } from './schemas';

const artifactState = z.enum(['private', 'public', 'withdrawn']);

const artifacts = z.object({
  tags: z.array(
    z.object({
      project: z.string(),
      name: z.string(),
      sha: z.string().describe('The commit'),
      version: z.string().describe("The product's version"),
      state: artifactState,
      at: instant.exactOptional(),
    }),
  ),
  packages: z.array(
    z.object({
      project: z.string(),
      name: z.string(),
      version: z.string(),
      file: z.string(),
      sha256: z.string(),
      bytes: z.int(),
      state: artifactState,
    }),
  ),
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/releases/:id/artifacts',
  summary: 'Tags and packages that a release made',
  params: releaseId,
  answers: {
    200: {
      description:
        'As recorded when they were made; what is not public only for release managers and security.',
      schema: artifacts,
    },
  },
  handle: async ({ params, person }, { records }) => {
    const { kind } = await demandRelease(records, { id: params.id, person });
    const { versions } = await recordedRelease(records, params.id);
    const all = await records.artifacts.ofRelease(params.id);
    // A commit's id, a checksum and even a size tell that there is more in it than the public knows.
    // Of an internal release nothing is ever public, and its audience is who gets it.
    const isCleared = kind === 'internal' || maySeePrivate(person);
    const isShown = ({ state }: { readonly state: string }) => state === 'public' || isCleared;
    const made = { tags: all.tags.filter(isShown), packages: all.packages.filter(isShown) };
    const tags = await Promise.all(
      made.tags.map(async (tag) => {
        const at = await taggedAt(records, { tag, versions });
        const { project, name, sha, productVersion: version, state } = tag;
        return { project, name, sha, version, state, ...(at === undefined ? {} : { at }) };
      }),
    );
    const packages = made.packages.map(({ release: _release, productVersion: _version, ...one }) => one);
    return { status: 200, body: { tags, packages } };
  },
});

function maySeePrivate({ roles }: Person): boolean {
  return roles.includes(RELEASE_MANAGER) || roles.includes(SECURITY_ENGINEER);
}

/** When the effect that made it was recorded. */
async function taggedAt(
  records: Records,
  { tag, versions }: { readonly tag: TagRow; readonly versions: readonly VersionRow[] },
): Promise<string | undefined> {
  const own = versions.find(
    ({ line, productVersion }) => line === tag.project && productVersion === tag.productVersion,
  );
  const target = `${tag.project}/${own?.number ?? tag.productVersion}`;
  const effect = await records.effects.find(effectKey({ release: tag.release, step: 'tag', target }));
  return effect?.at;
}

export const ARTIFACTS: readonly Endpoint[] = [show];
