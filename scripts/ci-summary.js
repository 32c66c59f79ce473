// node scripts/ci-summary.js <vitest's json> <exit code of the tests> <exit code of the checks>
// Prints how many passed and failed, the checks counting as one, and ends accordingly.
import { readFileSync } from 'node:fs';

const [resultsFile, tests, checks] = process.argv.slice(2);
const results = readResults();
const skipped = results.numPendingTests + results.numTodoTests;
const skippedFailures = process.env.CI === 'true' ? skipped : 0;
// Tests that never ran (a failed install, a crash, a file that does not load) are at least one failure.
const unexplained = tests !== '0' && results.numFailedTests === 0 ? 1 : 0;
const failed = results.numFailedTests + skippedFailures + unexplained + (checks === '0' ? 0 : 1);

if (skipped > 0) console.log(`${skipped} skipped${skippedFailures > 0 ? ', which CI does not allow' : ''}`);
console.log(`${results.numPassedTests + (checks === '0' ? 1 : 0)} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function readResults() {
  const text = readFileSync(resultsFile, 'utf8');
  return text ? JSON.parse(text) : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
}
