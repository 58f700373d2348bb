import type { ReleaseSettings } from '../domain/release/release';

export interface LeakAnswerInput {
  readonly settings: ReleaseSettings;
  readonly embargo: string;
}
