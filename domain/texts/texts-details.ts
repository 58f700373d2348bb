import type { Verdict } from '../verdict';

/** Markdown for the page of the workflow that publishes the texts of what a release has disclosed. */
export function textsDetails({ release, due, failure }: TextsWaiting): string {
  const texts = `Texts of what \`${release}\` has disclosed`;
  if (failure === undefined) return `${texts} become public on ${due}.`;
  return `${texts} could not be published; **${failure.whoActs ?? 'release-manager'}** acts, and it is tried again on ${due}: ${failure.sentence}`;
}

export interface TextsWaiting {
  readonly release: string;
  /** When it is tried, ISO 8601. */
  readonly due: string;
  /** Why it could not be done the last time. */
  readonly failure: Verdict | undefined;
}
