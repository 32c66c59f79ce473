import { stat } from 'node:fs/promises';
import { StartFault } from '../../../config/start-fault.ts';
import { type Account, run, succeeds } from './command.ts';

/** PostgreSQL refuses to run as root, so it runs as one of these existing users, in order of preference. */
const lenders = ['postgres', 'nobody'];

/**
 * The user that PostgreSQL runs as: null unless Errand runs as root. Then it is the owner of the data, or an existing
 * user. @throws StartFault if the data belong to a user that Errand cannot switch to.
 */
export async function chooseAccount(folder: string): Promise<Account | null> {
  const own = process.getuid?.();
  const owner = await ownerOf(folder);
  if (own !== 0) {
    if (owner === null || own === undefined || owner.uid === own) return null;
    throw new StartFault(
      `The data in ${folder} belong to another user (uid ${owner.uid}). Start Errand as that user, or set ERRAND_HOME to a folder of your own.`,
    );
  }
  if (owner && owner.uid !== 0) return owner;
  return (await findLender()) ?? noLender();
}

/** Whether the account has access to every folder on the path to this one. */
export async function canEnter(account: Account | null, folder: string): Promise<boolean> {
  return account === null || succeeds({ file: 'test', args: ['-x', folder], account });
}

async function ownerOf(path: string): Promise<Account | null> {
  const found = await stat(path).catch(absent);
  return found ? { uid: found.uid, gid: found.gid } : null;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

async function findLender(): Promise<Account | null> {
  for (const name of lenders) {
    const account = await lookUp(name);
    if (account) return account;
  }
  return null;
}

async function lookUp(name: string): Promise<Account | null> {
  if (!(await succeeds({ file: 'id', args: [name], account: null }))) return null;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => run({ file: 'id', args: [flag, name], account: null })),
  );
  return { uid: Number(uid), gid: Number(gid) };
}

function noLender(): never {
  throw new StartFault(
    `PostgreSQL cannot run as root, and there is no user ${lenders.join(' or ')} to run it as. Start Errand as an ordinary user, or set DATABASE_URL.`,
  );
}
