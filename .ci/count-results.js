// Adds up jest's result files and ends with the one line that says how it went.
// A test that was skipped and a suite that could not run count as failed: a check that did not happen proves nothing.
const { readFileSync } = require('node:fs');

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const skipped = results.numPendingTests + results.numTodoTests;
    if (skipped > 0) console.error(`${skipped} skipped, which counts as failed here`);
    passed += results.numPassedTests;
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites + skipped;
  } catch {
    console.error(`${file}: jest has left no results`);
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
