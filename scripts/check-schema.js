// Fails when schema.graphql breaks clients of the released API (schema.released.graphql) in a way that
// docs/breaking-changes.md does not declare. `npm version` releases the schema as it is then.
import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges } from 'graphql';

const read = (file) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');

const [released, current, declared] = await Promise.all(
  ['schema.released.graphql', 'schema.graphql', 'docs/breaking-changes.md'].map(read),
);
const declaredLines = new Set(declared.split('\n').map((line) => line.replace(/^- /, '').trim()));
const undeclared = findBreakingChanges(buildSchema(released), buildSchema(current))
  .map(({ description }) => description)
  .filter((description) => !declaredLines.has(description));

if (undeclared.length > 0) {
  console.error('The API would break for its clients. Deprecate instead, or declare in docs/breaking-changes.md:');
  for (const description of undeclared) console.error(`- ${description}`);
  process.exitCode = 1;
}
