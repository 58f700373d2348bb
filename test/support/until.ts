/**
 * Waits until `condition` answers something other than undefined or false, looking again every `everyMs`; the default suits a
 * look that costs nothing.
 * @throws after `timeoutMs`, naming `what` was waited for
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 20_000,
  everyMs = 15,
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (isThere(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function isThere<T>(answer: T): answer is Exclude<NonNullable<T>, false> {
  return answer !== undefined && answer !== null && answer !== false;
}
