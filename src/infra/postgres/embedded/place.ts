import { rename, rm, symlink } from 'node:fs/promises';

/** Renames a finished folder to its name atomically, or removes it if another process was first. */
export async function place(staging: string, target: string): Promise<void> {
  await rename(staging, target).catch((error) => discard(staging, error));
}

/** Links `target` to a finished folder atomically, or removes the folder if another process was first. */
export async function placeLink(folder: string, target: string): Promise<void> {
  await symlink(folder, target).catch((error) => discard(folder, error));
}

async function discard(folder: string, error: NodeJS.ErrnoException): Promise<void> {
  await rm(folder, { recursive: true });
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}
