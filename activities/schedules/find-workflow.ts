import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { askTemporal } from './ask-temporal';
import type { CalendarOutside } from './calendar-outside';

/** The workflows of a Temporal namespace. */
export function findWorkflow(client: Client): CalendarOutside['isThere'] {
  return async (workflowId) => {
    try {
      await askTemporal(client, () => client.workflow.getHandle(workflowId).describe());
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
}
