import { drawChange, type ChangeType, type SeedChange } from './changes';
import { FastImport } from './fast-import';
import type { Random } from './random';
import { testFiles, withChange, type Tree } from './tree';

/** What one project of the seeded product looks like. */
export interface SeedProject {
  readonly name: string;
  readonly defaultBranch: string;
  readonly areas: readonly string[];
  /** Merge requests merged to the default branch between two monthlies. */
  readonly monthlyChanges: number;
  /** Merge requests backported to a stable branch for each patch. */
  readonly patchChanges: number;
  /** Merged to the default branch after the last deployment, so not in the next monthly. */
  readonly notDeployed: number;
  readonly stableBranch: (line: SeedLine) => string;
  /** Commits and tags of one version, in order: the files each writes and the tag it gets. */
  readonly releases: (version: SeedVersion) => readonly SeedRelease[];
  /** Files present from the first commit, beside libraries and tests. */
  readonly files: Readonly<Record<string, string>>;
}

/** A minor of the product and the patches that are out. */
export interface SeedLine {
  readonly major: number;
  readonly minor: number;
  /** Number of the newest published patch. */
  readonly patches: number;
}

export interface SeedVersion {
  readonly line: SeedLine;
  readonly patch: number;
  /** Present for a candidate. */
  readonly rc?: number;
}

export interface SeedRelease {
  readonly tag: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface SeedMergeRequest {
  readonly iid: number;
  readonly change: SeedChange;
  readonly sourceBranch: string;
  readonly targetBranch: string;
  readonly headMark: number;
  readonly mergeMark: number;
  readonly mergedAt: Date;
}

export interface ProjectHistory {
  readonly project: SeedProject;
  readonly stream: string;
  readonly mergeRequests: readonly SeedMergeRequest[];
  /** The commit of the default branch that production runs. */
  readonly deployedMark: number;
  readonly deployedAt: Date;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const BOT = { name: 'GitLab Release Tools Bot', username: 'release-tools' };
const ANY: readonly ChangeType[] = ['added', 'added', 'fixed', 'fixed', 'performance'];
const FIXES: readonly ChangeType[] = ['fixed'];

/** Head of a branch while its history is written. */
interface Head {
  mark: number;
  tree: Tree;
}

/** Writes a project's whole life up to `now`: a month of work for each line, its patches, and what waits to be released. */
export function writeHistory({
  project,
  lines,
  now,
  random,
}: {
  readonly project: SeedProject;
  readonly lines: readonly SeedLine[];
  readonly now: Date;
  readonly random: Random;
}): ProjectHistory {
  const writer = new HistoryWriter(project, random);
  const monthAt = (index: number) => new Date(now.getTime() - (lines.length + 1 - index) * 30 * DAY_MS);
  writer.begin(monthAt(0));
  const stables = lines.map((line, index) => {
    writer.develop({ from: monthAt(index), count: project.monthlyChanges });
    return writer.releaseLine({ line, at: monthAt(index + 1) });
  });
  writer.develop({ from: monthAt(lines.length), count: project.monthlyChanges });
  const deployed = writer.deploy(new Date(now.getTime() - DAY_MS));
  writer.develop({ from: new Date(now.getTime() - DAY_MS), count: project.notDeployed, days: 0.5 });
  for (const [index, stable] of stables.entries())
    writer.backport({ stable, at: new Date(now.getTime() - (3 - index * 0.5) * DAY_MS) });
  return { ...writer.finish(stables), ...deployed };
}

interface StableBranch {
  readonly name: string;
  readonly head: Head;
}

class HistoryWriter {
  private readonly stream = new FastImport();
  private readonly mergeRequests: SeedMergeRequest[] = [];
  private main: Head = { mark: 0, tree: {} };
  private serial = 0;

  constructor(
    private readonly project: SeedProject,
    private readonly random: Random,
  ) {}

  begin(at: Date): void {
    const tree = { ...this.project.files, ...testFiles(this.project.areas) };
    const mark = this.stream.commit({ parents: [], author: BOT, at, message: 'Begin', files: tree });
    this.main = { mark, tree };
  }

  develop({
    from,
    count,
    days = 28,
  }: {
    readonly from: Date;
    readonly count: number;
    readonly days?: number;
  }): void {
    for (let index = 0; index < count; index++) {
      const at = new Date(from.getTime() + ((index + 1) * days * DAY_MS) / (count + 1));
      this.merge({ head: this.main, target: this.project.defaultBranch, types: ANY, at });
    }
  }

  releaseLine({ line, at }: { readonly line: SeedLine; readonly at: Date }): StableBranch {
    const stable = { name: this.project.stableBranch(line), head: { ...this.main } };
    this.release(stable, { line, patch: 0, rc: 42 }, new Date(at.getTime() - 2 * DAY_MS));
    this.release(stable, { line, patch: 0 }, new Date(at.getTime() - DAY_MS));
    for (let patch = 1; patch <= line.patches; patch++) {
      const day = new Date(at.getTime() + patch * 5 * DAY_MS);
      this.backport({ stable, at: new Date(day.getTime() - DAY_MS) });
      this.release(stable, { line, patch }, day);
    }
    return stable;
  }

  backport({ stable, at }: { readonly stable: StableBranch; readonly at: Date }): void {
    for (let index = 0; index < this.project.patchChanges; index++) {
      const moment = new Date(at.getTime() + index * 60 * 60 * 1000);
      this.merge({ head: stable.head, target: stable.name, types: FIXES, at: moment });
    }
  }

  deploy(at: Date): { deployedMark: number; deployedAt: Date } {
    return { deployedMark: this.main.mark, deployedAt: at };
  }

  finish(stables: readonly StableBranch[]): Pick<ProjectHistory, 'project' | 'stream' | 'mergeRequests'> {
    this.stream.branch(this.project.defaultBranch, this.main.mark);
    for (const stable of stables) this.stream.branch(stable.name, stable.head.mark);
    return { project: this.project, stream: this.stream.stream(), mergeRequests: this.mergeRequests };
  }

  private release(stable: StableBranch, version: SeedVersion, at: Date): void {
    for (const { tag, files } of this.project.releases(version)) {
      const message = `Update version files for ${tag}`;
      const mark = this.stream.commit({ parents: [stable.head.mark], author: BOT, at, message, files });
      stable.head.mark = mark;
      stable.head.tree = { ...stable.head.tree, ...files };
      this.stream.tag({ name: tag, commit: mark, at, message: `Version ${tag}` });
    }
  }

  private merge({
    head,
    target,
    types,
    at,
  }: {
    readonly head: Head;
    readonly target: string;
    readonly types: readonly ChangeType[];
    readonly at: Date;
  }): void {
    const change = drawChange(this.random, this.project.areas, types);
    const iid = ++this.serial;
    const sourceBranch = `${change.author.username}-${change.type}-${iid}`;
    const files = withChange({ tree: head.tree, area: change.area, serial: iid });
    const message = `${change.title}\n\nChangelog: ${change.type}`;
    const headMark = this.stream.commit({ parents: [head.mark], author: change.author, at, message, files });
    const mergeMark = this.stream.commit({
      parents: [head.mark, headMark],
      author: change.author,
      at: new Date(at.getTime() + 60_000),
      message: `Merge branch '${sourceBranch}' into '${target}'\n\n${change.title}\n\nSee merge request gitlab-org/${this.project.name}!${iid}`,
      files,
    });
    head.mark = mergeMark;
    head.tree = { ...head.tree, ...files };
    this.mergeRequests.push({
      iid,
      change,
      sourceBranch,
      targetBranch: target,
      headMark,
      mergeMark,
      mergedAt: at,
    });
  }
}
