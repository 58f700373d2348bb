import { effect } from './effect-proxies';
import type { ReleaseProcess } from './release-process';

/** The public issue on which a release says what it does. */
export class ReleaseIssue {
  private issue: number | undefined;

  constructor(private readonly process: ReleaseProcess) {}

  async open(title: string, text: string): Promise<{ readonly at: string; readonly url: string }> {
    const { settings } = this.process;
    const opened = await this.process.step('issue', (common) =>
      effect('openReleaseIssue', 'Open the release issue', { ...common, settings, title, text }),
    );
    this.issue = opened.issue;
    return opened;
  }

  async note(step: string, text: string): Promise<string> {
    return this.write({ step, text, close: false });
  }

  async close(step: string, text: string): Promise<string> {
    return this.write({ step, text, close: true });
  }

  /** The issue is public and the reason of an abort need not be, so it is not told. */
  async closeAborted(): Promise<string> {
    return this.close('aborted', 'This release was aborted. Its numbers are not used again.');
  }

  private async write({
    step,
    text,
    close,
  }: {
    readonly step: string;
    readonly text: string;
    readonly close: boolean;
  }): Promise<string> {
    const { settings } = this.process;
    const issue = this.issue;
    if (issue === undefined) return '';
    const { at } = await this.process.step(`note ${step}`, (common) =>
      effect('noteOnReleaseIssue', `Tell: ${step}`, { ...common, settings, issue, step, text, close }),
    );
    return at;
  }
}
