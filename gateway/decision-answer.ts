import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Records } from '../records/records';
import type { DecisionAnswer } from '../starters/send-decision';
import { lacksRole } from './endpoint';
import type { Person } from './people';
import { errorBody } from './schemas';

/** What whoever decided is told. */
export const decisionAnswer = z.object({
  accepted: z.boolean(),
  sentence: z.string(),
  error: errorBody.shape.error.exactOptional(),
});

type Answered = z.output<typeof decisionAnswer>;

/** 200 where it counts; else 409, with the place that refused it and the command that tells more. */
export function answerTo(
  answer: DecisionAnswer,
  { where, command }: { readonly where: string; readonly command: string },
): { readonly status: 200 | 409; readonly body: Answered } {
  if (answer.accepted) return { status: 200, body: answer };
  const what = answer.sentence.replace(/\.$/, '');
  return { status: 409, body: { ...answer, error: { where, what, remedy: `See \`${command}\`` } } };
}

interface Deciding {
  /** The release, mirror or backport that it is about. */
  readonly about: string;
  readonly person: Person;
  /** Any of them may. */
  readonly roles: readonly string[];
  readonly decision: string;
  readonly reason: string;
  readonly digest?: string;
}

/** Whoever may not decide is refused, and it is kept that they tried. @throws Forbidden */
export async function demandDecider(
  { decisions }: Pick<Records, 'decisions'>,
  { about, person, roles, ...decided }: Deciding,
): Promise<void> {
  if (person.roles.some((role) => roles.includes(role))) return;
  const refusal = lacksRole(person, roles.join(' or '));
  await decisions.record({
    ...decided,
    id: randomUUID(),
    release: about,
    by: { id: person.id, roles: person.roles },
    accepted: false,
    sentence: refusal.message,
  });
  throw refusal;
}
