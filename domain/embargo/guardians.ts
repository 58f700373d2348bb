import type { Explanation } from '../explained-error';
import type { Actor } from '../release/release';
import { SECURITY_ENGINEER } from '../roles';
import { isSecret, type Embargo, type EmbargoState } from './embargo';

type Guarded = Pick<Embargo, 'id' | 'owner'>;

/** What stands against somebody who says who may know of an embargo; undefined for AppSec and its owner. */
export function admissionRefusal(embargo: Guarded, by: Actor): Explanation | undefined {
  return guardianRefusal(embargo, { by, says: 'who may know of it' });
}

/** What stands against somebody who says what a fix is called in public. Its texts are made when it is disclosed, so then it is too late. */
export function namingRefusal(embargo: Guarded & Pick<Embargo, 'state'>, by: Actor): Explanation | undefined {
  const refusal = guardianRefusal(embargo, { by, says: 'what it is called in public' });
  if (refusal !== undefined) return refusal;
  if (embargo.state !== 'disclosing' && isSecret(embargo)) return undefined;
  return { where: embargo.id, ...tooLate(embargo.state) };
}

/** The release issue is public, so nobody is sent there before the disclosure is over. */
function tooLate(state: EmbargoState): Omit<Explanation, 'where'> {
  if (state === 'disclosing')
    return {
      what: 'its release is about to publish it under the name that it has',
      remedy: 'Wait until it is disclosed',
    };
  if (state === 'declassified')
    return {
      what: 'it is declassified, and no release announces it',
      remedy: 'Name it in the public change that mends it',
    };
  return {
    what: `it is ${state.replaceAll('_', ' ')}, and what was announced of it stands`,
    remedy: 'Tell of the name on the release issue',
  };
}

function guardianRefusal(
  { id, owner }: Guarded,
  { by, says }: { readonly by: Actor; readonly says: string },
): Explanation | undefined {
  if (by.id === owner || by.roles.includes(SECURITY_ENGINEER)) return undefined;
  return {
    where: id,
    what: `only its owner or a ${SECURITY_ENGINEER} says ${says}`,
    remedy: `Ask ${owner}`,
  };
}
