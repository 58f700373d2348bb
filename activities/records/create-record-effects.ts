import type { Records } from '../../records/records';
import type { ReleaseEffects } from '../effects';
import { askRecords } from './ask-records';
import { callingWorkflow } from './calling-workflow';
import { publicationStep } from './publication-step';

/** The effects that touch nothing but the records. */
export type RecordEffects = Pick<ReleaseEffects, 'recordTransitions' | 'markPublished'>;

export function createRecordEffects(records: Pick<Records, 'transitions' | 'publication'>): RecordEffects {
  return {
    recordTransitions: async ({ release, transitions }) => {
      const lines = { release, workflowId: callingWorkflow(release), transitions };
      return { at: await askRecords(() => records.transitions.append(lines)) };
    },
    markPublished: async (input) => {
      const step = publicationStep(input, [input.version]);
      return { at: await askRecords(() => records.publication.markPublished(step)) };
    },
  };
}
