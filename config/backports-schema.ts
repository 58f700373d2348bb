import { z } from 'zod';
import { FIX_KINDS } from '../domain/backport/backport';
import { someDuration } from './durations';
import { name, sentence } from './names';

const kind = z.enum(FIX_KINDS);

export const backports = z.strictObject({
  label: sentence
    .default('backport')
    .describe('Label of a merged change that asks for a backport to every minor that gets fixes.'),
  minorLabel: z
    .string()
    .regex(/\{major\}.*\{minor\}/, 'a label with {major} and {minor}, such as Pick into {major}.{minor}')
    .exactOptional()
    .describe(
      'Label that asks for one minor, with its `{major}` and `{minor}`: `Pick into {major}.{minor}`. Absent: there is none.',
    ),
  kinds: z
    .record(sentence, kind.describe('`bug`, `perf` or `security`.'))
    .default({})
    .describe(
      'What a change with a label mends. A `security` fix is owed to every minor. Without any, it is a bug.',
    ),
  teamPrefix: sentence
    .default('group::')
    .describe('What labels of teams begin with. The rest is the name of the team in figures.'),
  lookEvery: someDuration
    .prefault('1h')
    .describe('Duration between two looks at backports that are open. Webhooks make them looked at at once.'),
  decliners: z
    .array(name)
    .min(1)
    .default(['release-manager'])
    .describe('Who may decline a backport: any one of these `roles`.'),
});
