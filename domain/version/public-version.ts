/** A final version that is public, whatever became of it since. */
export interface PublicVersion {
  /** `18.6.2` */
  readonly number: string;
  /** `18.6` */
  readonly minor: string;
  /** Workflow id. */
  readonly release: string;
  /** ISO 8601 */
  readonly publishedAt: string;
  readonly withdrawn?: {
    /** ISO 8601 */
    readonly at: string;
    readonly reason: string;
  };
}
