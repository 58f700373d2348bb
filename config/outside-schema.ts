import { z } from 'zod';
import { sentence } from './names';

const address = z.string().refine(isAddress, 'an address that starts with https:// or http://');
const tokenFile = sentence.describe('File that holds the token alone; a relative path starts at this file.');

function isAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

/** The systems outside. Only here may `${NAME}` stand for a variable of the environment. */
export const outside = z.strictObject({
  gitlab: z
    .strictObject({
      url: address.describe('Address of the GitLab that holds the repositories.'),
      tokenFile: tokenFile.exactOptional(),
    })
    .describe('The GitLab that holds the repositories.'),
  slack: z
    .strictObject({
      url: address.default('https://slack.com/api').describe('Address of the Web API.'),
      tokenFile,
      channel: sentence.default('#releases').describe('Channel that news go to.'),
    })
    .exactOptional()
    .describe('Where people are told. Absent: nobody is.'),
  metrics: z
    .strictObject({ url: address.describe('Address of a Prometheus API.') })
    .exactOptional()
    .describe('Where health is measured. Absent: it is unknown.'),
});
