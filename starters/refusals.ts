import { ExplainedError } from '../domain/explained-error';

/** What was asked makes no sense. */
export class InvalidRequest extends ExplainedError {
  override readonly name = 'InvalidRequest';
}

/** There is no such release, version or minor. */
export class NotThere extends ExplainedError {
  override readonly name = 'NotThere';
}

/** It makes sense, but not now: what there is stands against it. */
export class NotPossible extends ExplainedError {
  override readonly name = 'NotPossible';
}

/** Temporal or its workers do not answer. What was asked may be asked again, with the same key. */
export class EngineUnavailable extends ExplainedError {
  override readonly name = 'EngineUnavailable';
}
