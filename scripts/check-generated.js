// Writes the generated files anew and fails when one of them was not up to date.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const files = ['schema.graphql', 'test/support/operations.ts'];
const contents = () => files.map((file) => readFileSync(file, 'utf8'));

const before = contents();
const { status, stdout, stderr } = spawnSync('npm', ['run', 'codegen'], { shell: true, encoding: 'utf8' });
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exit(1);
}
const stale = files.filter((_, index) => contents()[index] !== before[index]);
for (const file of stale) console.error(`${file} was not up to date. It is now: commit it.`);
process.exit(stale.length > 0 ? 1 : 0);
