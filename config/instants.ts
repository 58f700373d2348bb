import { z } from 'zod';

/** An instant, in whatever zone it was written. */
export const anInstant = z.iso.datetime({
  offset: true,
  error: 'an instant with its zone, such as 2026-12-05T12:00:00Z',
});
