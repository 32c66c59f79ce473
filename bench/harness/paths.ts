import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The repository, seen from the compiled bench in bench/.build/bench/harness. */
const repository = new URL('../../../../', import.meta.url);

export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(path, repository));
}

/** The compiled src looks for its migrations beside itself. */
export async function linkMigrations(): Promise<void> {
  const link = repositoryPath('bench/.build/prisma');
  if (!existsSync(link)) await symlink(repositoryPath('prisma'), link, 'junction');
}
