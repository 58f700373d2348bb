import { z } from 'zod';
import { someDuration } from './durations';
import { environmentName, name } from './names';

const installation = z.strictObject({
  name: name.describe('Its name, as operators say it.'),
  role: name.describe('Who runs it and says how far it is: one of `roles`.'),
});

export const internal = z.strictObject({
  environments: z
    .array(environmentName)
    .min(1)
    .describe('Managed systems that have a fix before it is handed over, by names of `environments`.'),
  installations: z
    .array(installation)
    .min(1)
    .describe('What gets internal releases as packages, and says when it runs them.'),
  acknowledgeWithin: someDuration
    .prefault('8h')
    .describe('Duration after the hand-over in which every installation is to be verified.'),
  remindAfter: someDuration
    .prefault('1h')
    .describe('Duration after which whoever has not said so is reminded, again and again.'),
  lookEvery: someDuration
    .prefault('5m')
    .describe('Duration between two looks at what the managed systems run.'),
});
