import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, print } from 'graphql';

const relayCompiler: string = createRequire(import.meta.url)('relay-compiler');
const config = { src: './src', schema: './schema.graphql', language: 'typescript', eagerEsModules: true };

export type RelayOutcome = { output: string; artifacts: string[] };

/** Runs relay-compiler over documents in a folder of their own. Without artifacts, it has refused them. */
export async function compileForRelay(schema: string, documents: string): Promise<RelayOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-relay-'));
  try {
    const artifacts = join(folder, 'src', '__generated__');
    await mkdir(artifacts, { recursive: true });
    await writeFile(join(folder, 'schema.graphql'), schema);
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'src', 'app.ts'), moduleOf(documents));
    const output = await run(folder);
    const files = await readdir(artifacts);
    return { output, artifacts: await Promise.all(files.map((file) => readFile(join(artifacts, file), 'utf8'))) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Relay reads documents from tagged templates in modules. */
function moduleOf(documents: string): string {
  return parse(documents)
    .definitions.map((definition) => `graphql\`${print(definition)}\`;\n`)
    .join('');
}

async function run(cwd: string): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(relayCompiler, ['relay.config.json'], { cwd });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}
