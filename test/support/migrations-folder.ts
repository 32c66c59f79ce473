import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of migrations made for one test. */
export type MigrationsFolder = AsyncDisposable & {
  directory: string;
  write(name: string, sql: string): Promise<void>;
};

export async function createMigrationsFolder(migrations: Record<string, string>): Promise<MigrationsFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'errand-migrations-'));
  const write = async (name: string, sql: string) => {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  };
  for (const [name, sql] of Object.entries(migrations)) await write(name, sql);
  return { directory, write, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}
