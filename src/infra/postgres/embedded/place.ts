import { rename, rm, symlink } from 'node:fs/promises';

/** Moves a finished folder to its name at once, or removes it when somebody else was first. */
export async function place(staging: string, target: string): Promise<void> {
  await rename(staging, target).catch((error) => discard(staging, error));
}

/** Links `target` to a finished folder at once, or removes the folder when somebody else was first. */
export async function placeLink(folder: string, target: string): Promise<void> {
  await symlink(folder, target).catch((error) => discard(folder, error));
}

async function discard(folder: string, error: NodeJS.ErrnoException): Promise<void> {
  await rm(folder, { recursive: true });
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}
