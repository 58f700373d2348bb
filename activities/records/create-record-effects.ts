import type { PublicationStep } from '../../records/publication';
import type { Records } from '../../records/records';
import type { EffectInput, ReleaseEffects } from '../effects';
import { askRecords } from './ask-records';
import { callingWorkflow } from './calling-workflow';

/** The effects that touch nothing but the records. */
export type RecordEffects = Pick<ReleaseEffects, 'recordTransitions' | 'claimPublication' | 'markPublished'>;

export function createRecordEffects(records: Pick<Records, 'transitions' | 'publication'>): RecordEffects {
  return {
    recordTransitions: async ({ release, transitions }) => {
      const lines = { release, workflowId: callingWorkflow(release), transitions };
      return { at: await askRecords(() => records.transitions.append(lines)) };
    },
    claimPublication: (input) =>
      askRecords(() => records.publication.claim(publicationStep(input, input.versions))),
    markPublished: async (input) => {
      const step = publicationStep(input, [input.version]);
      return { at: await askRecords(() => records.publication.markPublished(step)) };
    },
  };
}

/** How a step over these product versions is told to the records. */
export function publicationStep(
  { release, transitions }: EffectInput,
  versions: readonly string[],
): PublicationStep {
  return { release, workflowId: callingWorkflow(release), versions, transitions: transitions ?? [] };
}
