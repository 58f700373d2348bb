import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemaText } from './json-schema';
import { referenceText } from './reference';

/** Writes docs/reference below the folder it is started in, as npm starts it in the top one. */
function main(): void {
  const folder = join('docs', 'reference');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'configuration.md'), referenceText());
  writeFileSync(join(folder, 'signalbox.schema.json'), jsonSchemaText());
  process.stdout.write(`Wrote configuration.md and signalbox.schema.json in ${folder}.\n`);
}

main();
