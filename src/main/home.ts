import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFault } from '../config/start-fault.ts';

/** The paths of Errand's files outside of the database. */
export function homePaths(home: string) {
  return {
    ownerToken: join(home, 'owner-token'),
    masterKey: join(home, 'master-key'),
    outbox: join(home, 'outbox'),
  };
}

/** Written under another name and then renamed, so that it is complete or absent. Only its owner can read it. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const staging = `${path}.new-${process.pid}`;
  await writeFile(staging, `${text}\n`, { mode: 0o600 });
  await rename(staging, path);
}

/** The secret without its line end; null when there is none. */
export async function readSecret(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The master key of the embedded server. `isInUse` means that existing data depend on it, so it must not be replaced.
 */
export async function readOrMakeMasterKey(home: string, isInUse: () => Promise<boolean>): Promise<Buffer> {
  const path = homePaths(home).masterKey;
  const text = await readSecret(path);
  if (text !== null) return decodeKey(path, text);
  if (await isInUse()) {
    throw new StartFault(
      `${path} is missing, but the data cannot be used without it. Restore it from a backup, or set ERRAND_HOME to a new folder to start without data.`,
    );
  }
  const key = randomBytes(32);
  await writeSecret(path, key.toString('base64'));
  return key;
}

export async function prepareOutbox(home: string): Promise<void> {
  await mkdir(homePaths(home).outbox, { recursive: true, mode: 0o700 });
}

function decodeKey(path: string, text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new StartFault(`${path} does not contain 32 bytes in base64. Restore it from a backup.`);
}
