import { RecordsConflict, RecordsUnavailable } from '../../records/database';
import { outsideDown, permanent } from '../errors';

/**
 * Asks the records, with their errors told in the closed set of failures.
 * @throws ApplicationFailure: Conflict for other content under a recorded name, OutsideDown while PostgreSQL is away
 */
export async function askRecords<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RecordsConflict) throw permanent('Conflict', error.explanation);
    if (error instanceof RecordsUnavailable) throw outsideDown(error.explanation);
    throw error;
  }
}
