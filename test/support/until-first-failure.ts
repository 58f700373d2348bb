import { TestEnvironment } from 'jest-environment-node';

/** What jest tells an environment, as far as it matters here. */
interface TestEvent {
  readonly name: string;
  readonly test?: { mode?: unknown; readonly errors: readonly unknown[] };
}

/** Leaves out what comes behind the first test that fails; jest's own `--bail` goes on to the end of the file. */
export default class UntilFirstFailure extends TestEnvironment {
  private hasFallen = false;

  handleTestEvent({ name, test }: TestEvent): void {
    if (test === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) this.hasFallen = true;
    if (name === 'test_start' && this.hasFallen) test.mode = 'skip';
  }
}
