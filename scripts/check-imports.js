// Fails when a file of src imports from a folder above its own, or a package that its folder may not use. Biome finds
// circles between files (noImportCycles).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** From the bottom up: a folder imports only from itself and from the folders before it. */
const order = [
  ...['generated', 'shared', 'config', 'infra', 'auth', 'events', 'queues'],
  ...`
    records lists work rrule reminder-rules tenants projects tasks reminders recurrences
    task-operations recurrence-operations
    comments saved-filters calendar invitations transfers chat executions event-log retention
    departures kinds erasures undo
  `
    .trim()
    .split(/\s+/)
    .map((name) => `domain/${name}`),
  ...['jobs', 'resolvers', 'schema', 'server', 'main'],
];

/** A process that only works on jobs loads no API, and the reverse. */
const apart = { resolvers: ['jobs'], schema: ['jobs'], server: ['jobs'] };

/** The only folders that may import these packages; a name that ends in a hyphen or slash is a prefix. */
const users = {
  '@pothos/': ['schema'],
  graphql: ['schema', 'server'],
  'graphql-': ['server'],
  bullmq: ['infra', 'queues', 'jobs'],
  pg: order.filter((folder) => folder !== 'schema'),
};

const root = process.argv[2] ?? '.';
const files = readdirSync(path.join(root, 'src'), { recursive: true }).filter((file) => file.endsWith('.ts'));
const faults = files.flatMap((file) => faultsOf(path.join('src', file)));
for (const fault of faults.sort()) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function faultsOf(file) {
  const folder = folderOf(file);
  if (folder === 'generated') return [];
  if (folder !== 'app.ts' && !order.includes(folder))
    return [`${file}: put src/${folder} into its place in the order.`];
  const code = readFileSync(path.join(root, file), 'utf8');
  const imports = [...code.matchAll(/^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gm)];
  return imports.flatMap(([, name, lazy]) => faultOf(file, folder, name ?? lazy) ?? []);
}

function faultOf(file, folder, name) {
  if (!name.startsWith('.')) return isUsed(folder, name) ? null : `${file}: src/${folder} does not use ${name}.`;
  const target = folderOf(path.join(path.dirname(file), name));
  // The composition root imports what it composes, and every folder may import its type.
  if (folder === 'app.ts' || target === 'app.ts') return null;
  const isBelow = order.indexOf(target) <= order.indexOf(folder) && !apart[folder]?.includes(target);
  return isBelow ? null : `${file}: src/${folder} must not know src/${target}.`;
}

function isUsed(folder, name) {
  const rule = Object.keys(users).find((of) => (/[-/]$/.test(of) ? name.startsWith(of) : name === of));
  return !rule || folder === 'app.ts' || users[rule].includes(folder);
}

function folderOf(file) {
  const [, first, second] = file.split(path.sep);
  return first === 'domain' ? `domain/${second}` : first;
}
