import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ExplainedError } from '../domain/explained-error';
import { demandSecret } from './secrets';

const person = z.object({
  id: z.string().min(1),
  name: z.string(),
  roles: z.array(z.string()),
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/i),
});
const peopleFile = z.object({ people: z.array(person) });

export type Person = Omit<z.output<typeof person>, 'tokenSha256'>;

const BEARER = /^Bearer +(\S+)$/i;

/** Whose token it is. Takes as long for every token. @throws ExplainedError when people.json is no list of people */
export function personOf(secretsFolder: string, authorization: string | undefined): Person | undefined {
  const [, token] = BEARER.exec(authorization ?? '') ?? [];
  if (token === undefined) return undefined;
  const digest = createHash('sha256').update(token).digest();
  let found: Person | undefined;
  for (const { tokenSha256, ...one } of readPeople(secretsFolder)) {
    if (timingSafeEqual(digest, Buffer.from(tokenSha256, 'hex'))) found = one;
  }
  return found;
}

/** Undefined for somebody whom people.json does not name. @throws ExplainedError as {@link personOf} */
export function rolesOf(secretsFolder: string, id: string): readonly string[] | undefined {
  return readPeople(secretsFolder).find((one) => one.id === id)?.roles;
}

function readPeople(secretsFolder: string): z.output<typeof peopleFile>['people'] {
  const text = demandSecret({ folder: secretsFolder, name: 'people.json' });
  const read = peopleFile.safeParse(parsed(text));
  if (read.success) return read.data.people;
  throw new ExplainedError({
    where: join(secretsFolder, 'people.json'),
    what: 'it is no list of people',
    remedy: 'It has to be {"people": [{"id", "name", "roles": [], "tokenSha256": 64 hex digits}]}',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
