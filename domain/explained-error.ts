export interface Explanation {
  /** The place: file, address, table and key, ref. */
  readonly where: string;
  readonly what: string;
  /** What would be right, or what to do next. */
  readonly remedy: string;
}

/** An error made for a person to read. `explanation` holds no secret. */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';

  constructor(
    readonly explanation: Explanation,
    options?: ErrorOptions,
  ) {
    super(`${explanation.where}: ${explanation.what}. ${explanation.remedy}`, options);
  }
}
