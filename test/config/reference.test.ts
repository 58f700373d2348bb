import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { jsonSchemaText } from '../../config/json-schema';
import { referenceText } from '../../config/reference';
import { RIGHT, withLines } from './written';

const root = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** As before the formatter aligned its tables. */
function unaligned(markdown: string): string {
  return markdown.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---');
}

describe('docs/reference, written by npm run reference,', () => {
  it('has the fields as they are', () => {
    expect(unaligned(read('docs/reference/configuration.md'))).toBe(unaligned(referenceText()));
  });

  it('has the schema as it is', () => {
    expect(JSON.parse(read('docs/reference/signalbox.schema.json'))).toEqual(JSON.parse(jsonSchemaText()));
  });

  it('says what each field means', () => {
    const rows = referenceText()
      .split('\n')
      .filter((row) => row.startsWith('| `'));

    expect(rows.length).toBeGreaterThan(70);
    for (const row of rows) expect(row).toMatch(/^\| `[^`]+` \| [^|]+ \| [^|]* \| [A-Z`].*\. \|$/);
  });
});

describe('the schema for editors', () => {
  const validate = new Ajv({ strict: false, formats: { date: true, 'date-time': true } }).compile(
    JSON.parse(jsonSchemaText()),
  );

  it.each(['config/gitlab.yaml', 'config/sandbox.yaml'])('accepts %s', (path) => {
    validate(parse(read(path)));

    expect(validate.errors).toBeNull();
  });

  it.each([
    { 1: 'product: { nmae: shop }' },
    { 5: '    versioning: managed' },
    { 22: 'candidate: { from: environment }' },
    { 28: '    roles: [lead]\n    remindAfter: 2 hours' },
  ])('refuses %j', (lines) => {
    expect(validate(parse(withLines(lines)))).toBe(false);
  });

  it('is named on the first line of both files that are shipped', () => {
    for (const path of ['config/gitlab.yaml', 'config/sandbox.yaml'])
      expect(read(path).split('\n')[0]).toBe(
        '# yaml-language-server: $schema=../docs/reference/signalbox.schema.json',
      );
  });

  it('accepts what is right', () => {
    expect(validate(parse(RIGHT))).toBe(true);
  });
});
