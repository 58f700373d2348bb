import { wrapped } from '../../cli/wrapped';

const COMMAND = '`signalbox release approve patch:1 --before published --reason "…"`';

describe('a text for 80 columns', () => {
  it('is broken at spaces, and each line indented', () => {
    expect(wrapped('one '.repeat(30).trim(), '  ')).toEqual([
      `  ${'one '.repeat(19).trim()}`,
      `  ${'one '.repeat(11).trim()}`,
    ]);
  });

  it('has each command on one line, so that it can be copied', () => {
    expect(wrapped(`1 approval of published is missing: ${COMMAND}, or abort it.`, '  ')).toEqual([
      '  1 approval of published is missing:',
      `  ${COMMAND}, or abort`,
      '  it.',
    ]);
  });

  it('breaks a command that is longer than a line', () => {
    const command = `\`signalbox ${'--minor 18.6 '.repeat(10).trim()}\``;

    const lines = wrapped(command, '');

    expect(lines.join(' ')).toBe(command);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('keeps a word that is longer than a line whole', () => {
    const word = 'x'.repeat(100);

    expect(wrapped(`see ${word} there`, '')).toEqual(['see', word, 'there']);
  });
});
