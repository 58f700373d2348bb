import type { PublicationStep } from '../../records/locked-unit';
import type { EffectInput } from '../effects';
import { callingWorkflow } from './calling-workflow';

/** How a step over these product versions is told to the records. */
export function publicationStep(
  { release, transitions }: EffectInput,
  versions: readonly string[],
): PublicationStep {
  return { release, workflowId: callingWorkflow(release), versions, transitions: transitions ?? [] };
}
