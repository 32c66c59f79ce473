import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFault } from '../../../config/start-fault.ts';
import { canEnter, chooseAccount } from './account.ts';
import { type Binaries, findBinaries, sharedFolder } from './binaries.ts';
import type { Account } from './command.ts';
import { run } from './command.ts';
import { place, placeLink } from './place.ts';

/** What is needed to connect to a running cluster. */
export type Access = {
  /** PostgreSQL's own folder, by its real path. */
  data: string;
  password: string;
};

/** A PostgreSQL cluster on disk, with what is needed to run it. */
export type Cluster = Access & {
  /** The path that Errand uses; it may be a link. */
  folder: string;
  account: Account | null;
  binaries: Binaries;
};

export const superuser = 'errand';

/** The folder in Errand's home that holds the data and the password. */
export function clusterFolder(home: string): string {
  return join(home, 'postgres');
}

/**
 * The cluster of this home, created if there is none. @throws StartFault if it cannot run on this machine or has
 * another major version.
 */
export async function openCluster(home: string, report: (line: string) => void): Promise<Cluster> {
  const folder = clusterFolder(home);
  refuseDanglingLink(folder);
  const account = await chooseAccount(folder);
  const binaries = await findBinaries(account);
  if (!existsSync(folder)) {
    report(`Preparing PostgreSQL ${binaries.version} …`);
    await createCluster({ home, account, binaries });
  }
  const data = await realpath(join(folder, 'data'));
  await refuseOtherMajor(data, binaries);
  if (!(await canEnter(account, data))) {
    throw new StartFault(
      `The user that runs PostgreSQL (uid ${account?.uid}) has no access to ${data}. Move the folder back to where it was.`,
    );
  }
  return { folder, data, account, binaries, password: await readPassword(folder) };
}

/** How to connect to the cluster of this home; null if there is none. */
export async function readAccess(home: string): Promise<Access | null> {
  const folder = clusterFolder(home);
  if (!existsSync(folder)) return null;
  return { data: await realpath(join(folder, 'data')), password: await readPassword(folder) };
}

async function readPassword(folder: string): Promise<string> {
  return readFile(join(folder, 'password'), 'utf8');
}

/** Everything is created under another name and then renamed, so that a crash leaves no incomplete cluster. */
async function createCluster(order: { home: string; account: Account | null; binaries: Binaries }): Promise<void> {
  const { home, account } = order;
  if (await canEnter(account, home)) {
    const staging = join(home, `postgres.new-${process.pid}`);
    await initialise(staging, order);
    return place(staging, clusterFolder(home));
  }
  const elsewhere = join(sharedFolder, randomUUID());
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  await initialise(`${elsewhere}.new`, order);
  await rename(`${elsewhere}.new`, elsewhere);
  return placeLink(elsewhere, clusterFolder(home));
}

async function initialise(folder: string, { account, binaries }: { account: Account | null; binaries: Binaries }) {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await rm(folder, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account) await Promise.all([folder, data, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  // The builtin locale sorts by code point, the same on every machine; without one initdb would fall to SQL_ASCII.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = [`--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  await run({ file: binaries.initdb, args: [...locale, ...access], account, env: { PGDATA: data } });
}

function refuseDanglingLink(folder: string): void {
  if (existsSync(folder) || !lstatSync(folder, { throwIfNoEntry: false })) return;
  throw new StartFault(
    `${folder} is a link to a folder that no longer exists. Restore the folder, or remove the link to start without data.`,
  );
}

async function refuseOtherMajor(data: string, { version }: Binaries): Promise<void> {
  const [major] = version.split('.');
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (found === major) return;
  throw new StartFault(
    `The data in ${data} were written by PostgreSQL ${found}, but this version of Errand runs PostgreSQL ${major}. Start the version of Errand that wrote them and copy them with pg_dump, or set ERRAND_HOME to a new folder to start without data.`,
  );
}
