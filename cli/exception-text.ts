import type { SystemException } from '../domain/version/system-exceptions';
import { minute } from './minute';
import { wrapped } from './wrapped';

/** Managed systems that no patch waits for: until when, by whom and why; for 80 columns. */
export function exceptionLines(
  exceptions: readonly SystemException[] = [],
  indent: string,
): readonly string[] {
  return exceptions.flatMap(({ system, approvedBy, until, reason }) =>
    wrapped(`${system} is not waited for until ${minute(until)}, by ${approvedBy}: ${reason}`, indent),
  );
}
