import { assert, property, string, stringMatching } from 'fast-check';
import { failedStepLine, resumedStepLine, stepOfLine } from '../../../domain/release/step-lines';

it('says of a step that it failed, and that it is tried again', () => {
  expect(failedStepLine('18.6.2 gitaly tag', 'it was moved')).toBe('18.6.2 gitaly tag: it was moved');
  expect(resumedStepLine('18.6.2 gitaly tag', 'mended')).toBe('18.6.2 gitaly tag is tried again: mended');
});

it('tells which step it says it of, whatever is said', () => {
  assert(
    property(stringMatching(/^[\w .!-]+$/), string(), string(), (step, sentence, reason) => {
      expect(stepOfLine(failedStepLine(step, sentence))).toBe(step);
      expect(stepOfLine(resumedStepLine(step, reason))).toBe(step);
    }),
  );
});
