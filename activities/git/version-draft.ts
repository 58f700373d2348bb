import type { Project } from '../../domain/project';
import type { VersionWanted } from '../../records/closing';
import type { Disclosed } from '../effects';
import type { MergedChange } from './read-changes';

/** One version as it will be cut, before its numbers are known. */
export interface Draft {
  readonly minor: string;
  readonly wanted: VersionWanted;
  readonly projects: readonly ProjectDraft[];
  /** Number of the version of the same unit that it comes after. */
  readonly after?: string;
}

export interface ProjectDraft {
  readonly project: Project;
  readonly base: string;
  readonly disclosed?: Disclosed;
  readonly stableBranch?: string;
  readonly previousTag?: string;
  readonly tagged: boolean;
  readonly changes: readonly MergedChange[];
}
