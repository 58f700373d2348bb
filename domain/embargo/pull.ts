import type { Actor } from '../release/release';
import type { Verdict } from '../verdict';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import { isUndisclosed, type Embargo } from './embargo';

export interface PullAsked {
  readonly act: 'pull' | 'return';
  readonly embargo: Pick<Embargo, 'id' | 'state' | 'since' | 'owner' | 'plan' | 'pulled'>;
  readonly by: Actor;
}

/**
 * Whether somebody may have a fix left out of whatever goes public next, or end that. For the cleared alone. Whoever wrote it
 * may stop it, but somebody who answers for releases says that it goes on.
 */
export function pullVerdict({ act, embargo, by }: PullAsked): Verdict {
  const { id, state, since, owner, pulled } = embargo;
  const evidence = [{ label: 'state', value: `${state} since ${since}` }];
  const isTrusted = by.roles.includes(RELEASE_MANAGER) || by.roles.includes(SECURITY_ENGINEER);
  if (!isTrusted && (act === 'return' || by.id !== owner)) {
    const who = `${RELEASE_MANAGER} or ${SECURITY_ENGINEER}${act === 'pull' ? ' or its owner' : ''}`;
    const sentence = `Only a ${who} may ${act} ${id}, and ${by.id} is none of them.`;
    return { verdict: 'fail', sentence, whoActs: who, evidence };
  }
  // Once its disclosure was claimed, some of it may be public: the only way is forward.
  if (!isUndisclosed(embargo)) return { verdict: 'fail', sentence: tooLate(embargo), evidence };
  if (act === 'pull' && pulled !== undefined) {
    const sentence = `${pulled.by.id} pulled ${id} already, at ${pulled.since}: ${pulled.reason}`;
    return { verdict: 'fail', sentence, evidence };
  }
  if (act === 'return' && pulled === undefined)
    return { verdict: 'fail', sentence: `${id} was not pulled.`, evidence };
  const sentence =
    act === 'pull'
      ? `${id} is pulled: nothing takes it until somebody returns it.`
      : `${id} is returned: the next patch that closes takes it if it is ready.`;
  return { verdict: 'pass', sentence, evidence };
}

function tooLate({ id, state, plan }: Pick<Embargo, 'id' | 'state' | 'plan'>): string {
  const what = state.replaceAll('_', ' ');
  if (state === 'disclosing')
    return `${plan ?? 'A release'} has claimed ${id} and makes it public; from here on the only way is forward.`;
  return `${id} is ${what}; there is no release that it could be pulled out of.`;
}
