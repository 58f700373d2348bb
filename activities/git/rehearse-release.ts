import { createHash } from 'node:crypto';
import { fixesIn } from '../../domain/embargo/disclosed-fix';
import { awaitsSystems } from '../../domain/embargo/embargo';
import { RELEASE_MANAGER } from '../../domain/roles';
import type { Verdict } from '../../domain/verdict';
import { effectKey } from '../../domain/version/naming';
import {
  obstaclesOf,
  rehearsedLines,
  type Rehearsal,
  type RehearsedPackage,
  type RehearsedPush,
  type RehearsedText,
} from '../../domain/release/rehearsal';
import type { ClosedVersion, ProjectPlan, Rehearsed, ReleaseEffects, TaggedProject } from '../effects';
import { standingExceptions } from '../../domain/version/system-exceptions';
import { isForPeople, permanent } from '../errors';
import { readDeployed, verdictsNow } from '../gitlab/managed-systems';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { builtPackages } from '../records/made-versions';
import { publicNames, versionTexts, type Rehearsing } from '../texts/rehearse-texts';
import { refsToPublish } from './create-git-effects';
import { defaultToDisclose } from './disclose-fixes';
import { rehearsePush } from './leak-gate';
import type { PublicPush } from './public-push';

type Input = Parameters<ReleaseEffects['rehearseRelease']>[0];

/** Computes all that publication will do, from the repositories and records as they are, and keeps it for those who sign it. */
export async function rehearseRelease(outside: Outside, input: Input): Promise<Rehearsed> {
  const plans = input.versions.map(({ plan }) => plan);
  const rehearsing = { input, fixes: [...new Set(fixesIn(plans).map(({ embargo }) => embargo))] };
  const pushes: RehearsedPush[] = [];
  const texts: RehearsedText[] = [];
  const packages: RehearsedPackage[] = [];
  const made = await askRecords(() => outside.records.artifacts.ofRelease(input.release));
  const built = await builtPackages(outside, input.release);
  for (const version of input.versions) {
    for (const plan of version.plan.projects.filter(({ tagged }) => tagged)) {
      pushes.push(await versionPush(outside, { ...rehearsing, version, plan }));
      const tagged = await taggedOf(outside, { ...rehearsing, version, plan });
      texts.push(...(await versionTexts(outside, { ...rehearsing, version, plan, tagged, built })));
    }
    packages.push(
      ...made.packages
        .filter(
          ({ productVersion, state }) => productVersion === version.plan.version && state !== 'withdrawn',
        )
        .map(({ project, version: number, file, sha256 }) => ({ project, version: number, file, sha256 })),
    );
  }
  pushes.push(...(await defaultPushes(outside, rehearsing)));
  texts.push(...(await publicNames(outside, rehearsing)));
  const systems = await fixesOnSystems(outside, rehearsing);
  const page = { versions: plans.map(({ version }) => version), pushes, packages, texts, ...systems };
  const digest = digestOf(page);
  const lines = { release: input.release, workflowId: callingWorkflow(input.release) };
  await askRecords(() => outside.records.rehearsals.keep({ release: input.release, digest, page }));
  const transitions = input.transitions ?? [];
  const at = await askRecords(() => outside.records.transitions.append({ ...lines, transitions }));
  return { digest, isClear: obstaclesOf(page).length === 0, at };
}

/** Asked of every patch, before it is looked which fixes it has. */
async function fixesOnSystems(
  outside: Outside,
  { input: { settings }, fixes }: Rehearsing,
): Promise<Pick<Rehearsal, 'systems'>> {
  const { projects, managedSystems: systems, systemExceptions } = settings;
  if (systems === undefined) return {};
  const deployed = await readDeployed(outside, { projects, systems });
  const embargoes = await askRecords(() => outside.records.embargoes.all());
  const disclosed = embargoes.filter((one) => fixes.includes(one.id) && awaitsSystems(one));
  const exceptions = standingExceptions(systemExceptions, new Date().toISOString());
  return { systems: await verdictsNow(outside, { embargoes: disclosed, deployed, exceptions }) };
}

function digestOf(page: Rehearsal): string {
  return createHash('sha256')
    .update(JSON.stringify(rehearsedLines(page)))
    .digest('hex');
}

interface Part extends Rehearsing {
  readonly version: ClosedVersion;
  readonly plan: ProjectPlan;
}

async function versionPush(outside: Outside, part: Part): Promise<RehearsedPush> {
  const { input, version, plan } = part;
  const { release, kind, settings } = input;
  const project = projectNamed(settings, plan.project);
  const tagged = await taggedOf(outside, part);
  const pinned = await Promise.all(
    project.pins.flatMap((pin) => {
      const pinnedPlan = version.plan.projects.find((one) => one.project === pin.project && one.tagged);
      return pinnedPlan === undefined ? [] : [taggedOf(outside, { ...part, plan: pinnedPlan })];
    }),
  );
  const { closedAt } = version;
  const step = { release, kind, project, plan, version: version.plan.version, closedAt, tagged, pinned };
  return rehearsed(outside, { part, of: plan.version, push: await refsToPublish(outside, step) });
}

/** As it was tagged. */
async function taggedOf({ records }: Outside, { input: { release }, plan }: Part): Promise<TaggedProject> {
  const key = effectKey({ release, step: 'tag', target: `${plan.project}/${plan.version}` });
  const found = await askRecords(() => records.effects.find<TaggedProject>(key));
  if (found !== undefined) return found;
  throw permanent('Conflict', {
    where: `${plan.project} ${plan.version}`,
    what: 'it is not tagged yet',
    remedy: 'Rehearse once every version is verified',
  });
}

interface Rehearsable {
  readonly part: Rehearsing;
  readonly of: string;
  readonly push: PublicPush;
}

async function rehearsed(outside: Outside, { part, of, push }: Rehearsable): Promise<RehearsedPush> {
  const { cleared } = await rehearsePush(outside, { push, fixes: part.fixes });
  const refs = push.refs.map(({ ref, from, object }) => ({
    ref,
    to: object,
    ...(from === undefined ? {} : { from }),
  }));
  return { project: push.project.name, of, refs, verdict: cleared };
}

/** Default branches get what the versions disclose. */
async function defaultPushes(outside: Outside, rehearsing: Rehearsing): Promise<readonly RehearsedPush[]> {
  const { release, kind, settings, versions } = rehearsing.input;
  const fixes = fixesIn(versions.map(({ plan }) => plan));
  const pushes: RehearsedPush[] = [];
  // Its merges carry the instant of the publication, so they are rehearsed with that of the closing: other ids, same trees.
  const at = versions[0]?.closedAt ?? '';
  for (const name of new Set(fixes.map(({ project }) => project))) {
    const project = projectNamed(settings, name);
    const of = project.defaultBranch;
    try {
      const push = await defaultToDisclose(outside, {
        input: { release, kind, settings, fixes, at },
        project,
      });
      if (push.refs.length > 0) pushes.push(await rehearsed(outside, { part: rehearsing, of, push }));
    } catch (error) {
      pushes.push({ project: name, of, refs: [], verdict: stopped(error) });
    }
  }
  return pushes;
}

/**
 * A push that cannot be made stands on the page like one that the gate stops. As a failure of the step it would be read by
 * everybody, and only a patch with a secret in it can fail here.
 */
function stopped(error: unknown): Verdict {
  if (!isForPeople(error)) throw error;
  return { verdict: 'fail', sentence: `${error.message}.`, whoActs: RELEASE_MANAGER, evidence: [] };
}
