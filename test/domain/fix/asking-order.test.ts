import { array, assert, constantFrom, property } from 'fast-check';
import { EMBARGO_STATES, isSecret } from '../../../domain/embargo/embargo';
import { secretsFirst } from '../../../domain/fix/asking-order';

it('what is a secret is asked about before what everybody knows, each in its order, and nothing is left out', () => {
  assert(
    property(array(constantFrom(...EMBARGO_STATES)), (states) => {
      const all = states.map((state, ordinal) => ({ state, ordinal }));

      const asked = secretsFirst(all);

      const secret = asked.filter(isSecret);
      expect(asked.slice(0, secret.length)).toEqual(secret);
      for (const part of [secret, asked.slice(secret.length)])
        expect(part).toEqual(part.toSorted((left, right) => left.ordinal - right.ordinal));
      expect(asked.toSorted((left, right) => left.ordinal - right.ordinal)).toEqual(all);
    }),
  );
});
