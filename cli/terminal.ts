import pc from 'picocolors';
import type { Paint } from './demo/board';
import { ExplainedError } from '../domain/explained-error';

/** What a command may say: results to stdout, everything else to stderr. */
export interface Terminal {
  readonly paint: Paint;
  readonly isInteractive: boolean;
  /** A line of the result. */
  readonly print: (line?: string) => void;
  /** Text for a file, as it is. */
  readonly write: (text: string) => void;
  /** One object, for programs. */
  readonly json: (value: unknown) => void;
  /** A line about what is being done. */
  readonly progress: (line: string) => void;
  /** Draws over what the last call drew, on a terminal; elsewhere prints what has changed. */
  readonly redraw: (lines: readonly string[]) => void;
}

export function openTerminal(): Terminal {
  const colours = pc.createColors(process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  const isInteractive = process.stdout.isTTY;
  // Whoever reads may stop reading: `signalbox status | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  let drawn = 0;
  let last = '';
  return {
    paint: colours,
    isInteractive,
    print: (line = '') => void process.stdout.write(`${line}\n`),
    write: (text) => void process.stdout.write(text),
    json: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    progress: (line) => void process.stderr.write(`${line}\n`),
    redraw: (lines) => {
      if (!isInteractive) {
        const text = lines.slice(1).join('\n');
        if (text !== last) process.stderr.write(`${lines.join('\n')}\n\n`);
        last = text;
        return;
      }
      process.stdout.write(`${drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
  };
}

/** The command was given wrongly; nothing was asked of anybody. */
export class WrongUsage extends ExplainedError {
  override readonly name = 'WrongUsage';
}

/** An error as a person reads it: where, what, and what would be right. */
export function explain(error: unknown): string {
  if (error instanceof ExplainedError) {
    const { where, what, remedy } = error.explanation;
    return `${pc.red('error')} ${where}\n  ${what}\n  ${remedy}`;
  }
  return `${pc.red('error')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
