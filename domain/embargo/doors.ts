import { fill } from '../version/naming';
import type { Project } from '../project';

/**
 * A way in which somebody besides Signalbox may write to a canonical repository, or by which GitLab itself copies between
 * repositories.
 */
export interface Door {
  readonly kind: DoorKind;
  /** What it is known by: a user name, the title of a key, an address, a rule. */
  readonly name: string;
  /** Projects that have it. */
  readonly projects: readonly string[];
  /** What it lets happen. */
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Why it is there, as the configuration says; absent for one that nobody has accounted for. */
  readonly why?: string;
}

export type DoorKind = 'push-mirror' | 'deploy-key' | 'member' | 'branch-rule' | 'tag-rule';

export interface KnownDoor {
  readonly kind: DoorKind;
  readonly name: string;
  readonly why: string;
}

/** Who may push by a rule of GitLab: a level, or one user, group or key. */
export interface RuleAccess {
  readonly level: number;
  readonly description: string;
  /** Whether it names one user, group or key instead of a level. */
  readonly isOfOne: boolean;
}

export interface Rule {
  /** Name or wildcard pattern of branches or tags. */
  readonly name: string;
  readonly access: readonly RuleAccess[];
  readonly allowsForcePush: boolean;
}

/** What GitLab tells of a project's repositories. */
export interface DoorFacts {
  readonly project: Project;
  /** Of all its repositories, those that are switched on. */
  readonly pushMirrors: readonly { readonly repository: string; readonly url: string }[];
  /** Of canonical. */
  readonly deployKeys: readonly { readonly title: string; readonly canPush: boolean }[];
  readonly members: readonly { readonly username: string; readonly level: number }[];
  readonly branchRules: readonly Rule[];
  readonly tagRules: readonly Rule[];
}

const DEVELOPER = 30;
const MAINTAINER = 40;
const BOT = /^(project|group)_\d+_bot|^service_account_|[-_]bot$/;

/** Every door of the projects, the unaccounted ones first. */
export function findDoors(facts: readonly DoorFacts[], known: readonly KnownDoor[]): readonly Door[] {
  const doors = new Map<string, Door>();
  for (const fact of facts) {
    for (const found of doorsOf(fact)) {
      const key = `${found.kind} ${found.name}`;
      const projects = [...(doors.get(key)?.projects ?? []), fact.project.name];
      const why = known.find(({ kind, name }) => kind === found.kind && name === found.name)?.why;
      doors.set(key, { ...found, projects, ...(why === undefined ? {} : { why }) });
    }
  }
  return [...doors.values()].toSorted(
    (one, other) => Number(one.why !== undefined) - Number(other.why !== undefined),
  );
}

type Found = Omit<Door, 'projects' | 'why'>;

function doorsOf(facts: DoorFacts): readonly Found[] {
  return [
    ...facts.pushMirrors.map((mirror) => pushMirror(facts.project, mirror)),
    ...facts.deployKeys.filter(({ canPush }) => canPush).map(({ title }) => deployKey(title)),
    ...facts.members.filter(mayWrite).map(member),
    ...branchDoors(facts),
    ...tagDoors(facts),
  ];
}

function pushMirror(
  { repositories }: Project,
  { repository, url }: { readonly repository: string; readonly url: string },
): Found {
  const intoCanonical = url.replace(/\.git$/, '').endsWith(`/${repositories.canonical}`);
  return {
    kind: 'push-mirror',
    name: url,
    sentence: intoCanonical
      ? `GitLab copies ${repository} to canonical by itself, whatever is secret there.`
      : `GitLab copies ${repository} to ${url} by itself, beside Signalbox.`,
    remedy: `Switch it off in the settings of ${repository}, under Mirroring repositories`,
  };
}

function deployKey(title: string): Found {
  return {
    kind: 'deploy-key',
    name: title,
    sentence: `Whoever has the deploy key "${title}" may push to canonical.`,
    remedy: 'Take its write access away, or name it under `mirrors.doors` with who answers for it',
  };
}

/** People push through merge requests; only who may push past them is a door, and a program that may push at all. */
function mayWrite({ username, level }: DoorFacts['members'][number]): boolean {
  return level >= (BOT.test(username) ? DEVELOPER : MAINTAINER);
}

function member({ username }: DoorFacts['members'][number]): Found {
  const isBot = BOT.test(username);
  return {
    kind: 'member',
    name: username,
    sentence: isBot
      ? `The bot ${username} may push to canonical.`
      : `${username} may push to protected branches and tags of canonical.`,
    remedy: 'Lower the role of this member, or name it under `mirrors.doors` with who answers for it',
  };
}

/** The default branch and the stable branches. */
function branchDoors({ project, branchRules }: DoorFacts): readonly Found[] {
  const samples = [project.defaultBranch, fill(project.stableBranch, SAMPLE)];
  return unique(
    samples.flatMap((branch) => ruleDoors({ kind: 'branch-rule', sample: branch, rules: branchRules })),
  );
}

const SAMPLE = '99.0.0';
const SAMPLE_CANDIDATE = '99.0.0-rc1';

function tagDoors({ project, tagRules }: DoorFacts): readonly Found[] {
  const samples = project.tags.flatMap(({ final, candidate }) => [
    fill(final, SAMPLE),
    ...(candidate === undefined ? [] : [fill(candidate, SAMPLE_CANDIDATE)]),
  ]);
  return unique(samples.flatMap((tag) => ruleDoors({ kind: 'tag-rule', sample: tag, rules: tagRules })));
}

interface Sampled {
  readonly kind: 'branch-rule' | 'tag-rule';
  /** A name such as a release would make. */
  readonly sample: string;
  readonly rules: readonly Rule[];
}

function ruleDoors({ kind, sample, rules }: Sampled): readonly Found[] {
  const what = kind === 'branch-rule' ? 'branch' : 'tag';
  const matching = rules.filter(({ name }) => matchesWildcard(name, sample));
  if (matching.length === 0)
    return [
      {
        kind,
        name: `${sample}: unprotected`,
        sentence: `Nothing protects a ${what} such as ${sample}: every developer may push it.`,
        remedy: `Protect it in the settings of canonical, so that only the release bot may push`,
      },
    ];
  return matching.flatMap((rule) => [
    ...rule.access.filter(isWide).map(({ description }) => ({
      kind,
      name: `${rule.name}: ${description}`,
      sentence: `The rule for ${rule.name} lets ${description} push ${what === 'tag' ? 'a tag' : 'to a branch'} such as ${sample}.`,
      remedy: 'Take it out of the rule, or name it under `mirrors.doors` with who answers for it',
    })),
    ...(rule.allowsForcePush
      ? [
          {
            kind,
            name: `${rule.name}: force push`,
            sentence: `The rule for ${rule.name} lets a branch such as ${sample} be rewritten.`,
            remedy: 'Forbid force pushes there; what was public cannot be taken back',
          },
        ]
      : []),
  ]);
}

/** Maintainers are told one by one, as members. */
function isWide({ level, isOfOne }: RuleAccess): boolean {
  return isOfOne || (level > 0 && level < MAINTAINER);
}

function unique(doors: readonly Found[]): readonly Found[] {
  return [...new Map(doors.map((door) => [door.name, door])).values()];
}

/** GitLab's wildcards: `*` stands for any run of characters. */
function matchesWildcard(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}
