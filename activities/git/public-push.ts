import type { Project } from '../../domain/project';
import type { WantedRef } from './push-refs';

/** What one effect wants canonical to have. */
export interface PublicPush {
  /** The release whose effect it is, and whose plan may disclose embargoes. */
  readonly release: string;
  readonly project: Project;
  /** The manifest of the effect: nothing else is pushed. */
  readonly refs: readonly WantedRef[];
  /** Commits and tags that the effect has composed itself, on this very attempt. */
  readonly made: readonly string[];
  /** Those of them that bring a public change to another public branch; any other changes nothing but what effects write. */
  readonly picks?: readonly PickedCommit[];
}

export interface PickedCommit {
  readonly commit: string;
  /** What it is picked from. */
  readonly of: string;
}
