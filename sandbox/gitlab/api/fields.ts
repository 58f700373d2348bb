import { z } from 'zod';

/** Yes or no, as JSON says it or as a form or a query does. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', '1']).transform(() => true),
  z.enum(['false', '0']).transform(() => false),
]);

/** Labels come as `a,b` or as an array. */
export const labelList = z
  .union([z.string(), z.array(z.string())])
  .transform((labels) =>
    (typeof labels === 'string' ? labels.split(',') : labels).map((label) => label.trim()).filter(Boolean),
  );
