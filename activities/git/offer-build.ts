import type { DisclosedFix } from '../../domain/embargo/disclosed-fix';
import type { Embargo } from '../../domain/embargo/embargo';
import { floorRefusal, type WantedPackage } from '../../domain/internal/installed-floor';
import type { InternalRequest } from '../../domain/internal/internal-request';
import { builtVerdict } from '../../domain/internal/remediation';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Verdict } from '../../domain/verdict';
import { effectKey } from '../../domain/version/naming';
import type { OfferFacts } from '../../records/offer-build';
import { PRODUCT_LINE } from '../../records/versions';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { levelRegistry } from './level-registry';

/** What is built of an internal release, and whom it is for. */
interface Built {
  readonly release: string;
  readonly settings: Pick<ReleaseSettings, 'projects'>;
  readonly request: InternalRequest;
  readonly built: readonly DisclosedFix[];
}

/** The point of no return of an internal release. */
export async function offerBuild(
  outside: Outside,
  { transitions = [], ...input }: Parameters<ReleaseEffects['offerBuild']>[0],
): ReturnType<ReleaseEffects['offerBuild']> {
  const { release, request } = input;
  await levelWithBuilt(outside, input);
  const packages = await packagesOf(outside, input);
  const step = 'hand-over';
  const target = request.minors.join('+');
  return outside.records.offerBuild({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step, target }),
    step,
    target,
    transitions,
    judge: (facts) => offerVerdict(input, { packages, facts }),
  });
}

/** Whether what is built would be offered now. */
export async function readOffer(outside: Outside, built: Built): Promise<Verdict> {
  await levelWithBuilt(outside, built);
  const packages = await packagesOf(outside, built);
  return offerVerdict(built, { packages, facts: await askRecords(() => outside.records.offerFacts()) });
}

/** That its fixes still stand, and that no installation loses one which it has. */
function offerVerdict(
  { release, request, built }: Built,
  { packages, facts }: { readonly packages: readonly WantedPackage[]; readonly facts: OfferFacts },
): Verdict {
  const standing = builtVerdict(facts.embargoes, { fixes: request.fixes, built });
  if (standing.verdict !== 'pass') return standing;
  return floorRefusal({ release, request, packages }, facts) ?? standing;
}

/** Also those of minors that no fix of it affects: they are handed over with the others. */
async function packagesOf(
  { records }: Pick<Outside, 'records'>,
  { release }: Pick<Built, 'release'>,
): Promise<readonly WantedPackage[]> {
  const rows = await askRecords(() => records.versions.ofRelease(release));
  return rows
    .filter(({ line, state }) => line === PRODUCT_LINE && state !== 'burned')
    .map(({ minor, number }) => ({ minor, version: number }));
}

/** A fix that was mended a moment ago is registered first, so that nobody gets what was built of it before. */
function levelWithBuilt(
  outside: Outside,
  { settings, built }: Pick<Built, 'settings' | 'built'>,
): Promise<readonly Embargo[]> {
  const projects = settings.projects.filter(({ name }) => built.some(({ project }) => project === name));
  return levelRegistry(outside, projects);
}
