import type { Door } from '../domain/embargo/doors';

/** One line of what `signalbox doctor` says. */
export interface Finding {
  readonly part: string;
  /** `open`: a way in that nobody accounts for. */
  readonly verdict: 'ok' | 'missing' | 'down' | 'unused' | 'open';
  readonly version: string;
  /** How it was found, or what to do. */
  readonly detail: string;
}

/** What may write to canonical repositories: every door that nobody accounts for, then those that somebody does. */
export function doorFindings(doors: readonly Door[]): readonly Finding[] {
  const open = doors.filter(({ why }) => why === undefined);
  const known = doors.filter(({ why }) => why !== undefined);
  return [
    ...open.map(({ kind, name, projects, sentence, remedy }): Finding => {
      const detail = `${kind} ${name} (${projects.join(', ')}): ${sentence} ${remedy}`;
      return { part: 'door', verdict: 'open', version: '', detail };
    }),
    {
      part: 'doors',
      verdict: open.length === 0 ? 'ok' : 'open',
      version: `${doors.length} in all`,
      detail: known.length === 0 ? 'none accounted for' : `accounted for: ${known.map(told).join('; ')}`,
    },
  ];
}

function told({ kind, name, why }: Door): string {
  return `${kind} ${name} (${why})`;
}
