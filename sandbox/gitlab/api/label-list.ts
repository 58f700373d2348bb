import { z } from 'zod';

/** Labels come as `a,b` or as an array. */
export const labelList = z
  .union([z.string(), z.array(z.string())])
  .transform((labels) =>
    (typeof labels === 'string' ? labels.split(',') : labels).filter((label) => label !== ''),
  );
