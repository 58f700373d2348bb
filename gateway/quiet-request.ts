import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** That somebody asked, or what was answered, would tell of an embargo to whoever reads the log. */
    readonly isQuiet?: boolean;
  }
}

const NAMES_INTERNAL_RELEASE = /\b(internal(:|-releases|\d)|kind=internal\b)/i;

/** Whether the words of such a request, and of what goes wrong with it, stay out of the log. */
export function isQuiet({ routeOptions, url }: Pick<FastifyRequest, 'routeOptions' | 'url'>): boolean {
  return routeOptions.config.isQuiet === true || namesInternalRelease(url);
}

/** However the address is written: whatever finds the release is known by the same name here. */
export function namesInternalRelease(url: string): boolean {
  try {
    return NAMES_INTERNAL_RELEASE.test(decodeURIComponent(url));
  } catch {
    // What cannot be decoded finds nothing, and is looked at as it stands.
    return NAMES_INTERNAL_RELEASE.test(url);
  }
}

/** What failed and at which place of the code, without a word of what it was about. */
export function wordless(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const cause = error.cause === undefined ? {} : { cause: wordless(error.cause) };
  return { type: error.name, stack: frames.join('\n'), ...cause };
}
