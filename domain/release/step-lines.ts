const AGAIN = ' is tried again';

/** What the record says of a step that a person has to look at. These words alone tell there of which step. */
export function failedStepLine(step: string, sentence: string): string {
  return `${step}: ${sentence}`;
}

export function resumedStepLine(step: string, reason: string): string {
  return `${step}${AGAIN}: ${reason}`;
}

/** The step that either of them is about. No step has a colon in its name. */
export function stepOfLine(line: string): string {
  const [step = ''] = line.split(': ');
  return step.endsWith(AGAIN) ? step.slice(0, -AGAIN.length) : step;
}
