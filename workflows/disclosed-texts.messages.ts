import type { ReleaseSettings } from '../domain/release/release';

export interface DisclosedTextsInput {
  readonly settings: ReleaseSettings;
  /** Workflow id of the release that has disclosed. */
  readonly release: string;
  /** The newest version of it: its texts stand beside those of that version. */
  readonly version: string;
  /** ISO 8601 */
  readonly disclosedAt: string;
}
