import type { Milestone } from '../../domain/release/milestones';
import type { ReleaseStatus } from '../../domain/release/release';

/** What the story needs of the house; the commands hand it in, so that it can be told without servers in a test. */
export interface DemoHouse {
  /** Fills the sandbox with the product; nothing happens the second time. */
  seed(): Promise<void>;
  /** Starts a release, or finds the one that the same key started before. @returns its id */
  start(request: DemoStart): Promise<string>;
  status(id: string): Promise<ReleaseStatus>;
  approve(approval: {
    readonly id: string;
    readonly before: Milestone;
    readonly reason: string;
  }): Promise<void>;
  artifacts(id: string): Promise<Artifacts>;
}

export interface DemoStart {
  readonly key: string;
  readonly kind: 'monthly' | 'patch';
  readonly minor?: string;
  readonly minors?: readonly string[];
}

export interface Artifacts {
  readonly tags: readonly {
    readonly project: string;
    readonly name: string;
    readonly sha: string;
    readonly at: string;
  }[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly file: string;
    readonly sha256: string;
  }[];
}

/** One release as the last line of `demo --json` tells it. */
export interface ToldRelease {
  readonly kind: string;
  readonly id: string;
  readonly versions: readonly string[];
  readonly state: string;
  readonly started: string;
  readonly published: string;
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[];
}

export interface Told {
  readonly releases: readonly ToldRelease[];
  /** Seconds in which both releases were under way. */
  readonly overlapSeconds: number;
}

const MONTHLY = '18.7';
const MINORS = ['18.6', '18.5', '18.4'] as const;
const LOOK_EVERY_MS = 500;

/**
 * A monthly and a patch over three minors at the same time. Where policy asks a release manager for an approval, the
 * story gives it once the other release has made all its tags, so that each is under way during the other's tagging.
 */
export async function tellStory({
  house,
  show,
  wait,
}: {
  readonly house: DemoHouse;
  readonly show: (releases: readonly ReleaseStatus[]) => void;
  readonly wait: (milliseconds: number) => Promise<void>;
}): Promise<Told> {
  await house.seed();
  const ids = await Promise.all([
    house.start({ key: 'demo-monthly', kind: 'monthly', minor: MONTHLY }),
    house.start({ key: 'demo-patch', kind: 'patch', minors: MINORS }),
  ]);
  for (;;) {
    const releases = await Promise.all(ids.map((id) => house.status(id)));
    show(releases);
    if (releases.every(isOver)) break;
    await approveWhatWaits(house, releases);
    await wait(LOOK_EVERY_MS);
  }
  return summarise(house, ids);
}

function isOver(release: ReleaseStatus): boolean {
  return release.state === 'finalised' || release.state === 'aborted';
}

async function approveWhatWaits(house: DemoHouse, releases: readonly ReleaseStatus[]): Promise<void> {
  for (const release of releases) {
    const before = release.next?.milestone;
    if (release.waitingFor === undefined || before === undefined) continue;
    const others = releases.filter(({ id }) => id !== release.id);
    if (before === 'published' && !others.every(hasFinalTags)) continue;
    await house.approve({
      id: release.id,
      before,
      reason: 'Validated; the other release is not in the way.',
    });
  }
}

function hasFinalTags(release: ReleaseStatus): boolean {
  return release.reached.some(({ milestone }) => milestone === 'tagged' || milestone === 'final_tagged');
}

async function summarise(house: DemoHouse, ids: readonly string[]): Promise<Told> {
  const releases = await Promise.all(ids.map((id) => told(house, id)));
  const latestStart = Math.max(...releases.map(({ started }) => Date.parse(started)));
  const firstEnd = Math.min(...releases.map(({ published }) => Date.parse(published)));
  return { releases, overlapSeconds: Math.max(0, Math.round((firstEnd - latestStart) / 100) / 10) };
}

async function told(house: DemoHouse, id: string): Promise<ToldRelease> {
  const status = await house.status(id);
  const { tags, packages } = await house.artifacts(id);
  const at = (milestone: string) => status.reached.find((one) => one.milestone === milestone)?.at ?? '';
  return {
    kind: status.kind,
    id,
    versions: status.versions.map(({ version }) => version),
    state: status.state === 'finalised' ? 'published' : status.state,
    started: at('opened'),
    published: at('published'),
    tags: byProject(tags),
    packages: packages
      .filter(({ file }) => file.endsWith('.tar.gz'))
      .map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  };
}

function byProject(tags: Artifacts['tags']): Record<string, Record<string, string>> {
  const projects: Record<string, Record<string, string>> = {};
  for (const { project, name, sha } of tags) projects[project] = { ...projects[project], [name]: sha };
  return projects;
}
