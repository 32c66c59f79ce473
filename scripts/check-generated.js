// Writes the generated files anew and fails when one of them was not up to date.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const decisions = 'docs/decisions';
const files = ['schema.graphql', 'test/support/operations.ts', `${decisions}/README.md`];
const contents = () => files.map((file) => readFileSync(file, 'utf8'));

const before = contents();
listDecisions();
const { status, stdout, stderr } = spawnSync('npm', ['run', 'codegen'], { shell: true, encoding: 'utf8' });
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exit(1);
}
const stale = files.filter((_, index) => contents()[index] !== before[index]);
for (const file of stale) console.error(`${file} was not up to date. It is now: commit it.`);
process.exit(stale.length > 0 ? 1 : 0);

/** The list of decisions has the title of each: the first line of its file. */
function listDecisions() {
  const names = readdirSync(decisions).filter((name) => /^\d{3}-.*\.md$/.test(name));
  const lines = names.sort().map((name) => {
    const [heading = ''] = readFileSync(`${decisions}/${name}`, 'utf8').split('\n', 1);
    return `- [${heading.replace(/^# /, '')}](${name})\n`;
  });
  const list = `${decisions}/README.md`;
  const text = readFileSync(list, 'utf8').replace(/(^- \[.*\n)+/m, lines.join(''));
  writeFileSync(list, text);
}
