import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '../harness/paths.ts';
import type { Row } from '../row.ts';

const installWithinMs = 120_000;

export const installSize: Row = {
  name: 'install-size',
  measures: 'node_modules after npm ci --omit=dev, PostgreSQL included',
  goal: { below: 200 },
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'errand-bench-install-'));
    try {
      for (const name of ['package.json', 'package-lock.json', 'scripts']) {
        await cp(repositoryPath(name), join(folder, name), { recursive: true });
      }
      await install(folder);
      const bytes = await bytesOnDisk(join(folder, 'node_modules'), new Set());
      return { kind: 'value', value: bytes / 1e6, unit: 'MB' };
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n').at(0) ?? '') : String(error);
      return { kind: 'skipped', reason: `it needs the package registry (${reason}).` };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function install(cwd: string): Promise<void> {
  const args = ['ci', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  await promisify(execFile)('npm', args, { cwd, timeout: installWithinMs, shell: process.platform === 'win32' });
  // What npm runs after it, without the scripts of packages.
  await promisify(execFile)(process.execPath, ['scripts/prepare.js'], { cwd });
}

/** As du counts: blocks taken, a file with several names once. */
async function bytesOnDisk(folder: string, seen: Set<number>): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) bytes += await bytesOnDisk(path, seen);
    if (!entry.isFile()) continue;
    const { ino, blocks } = await stat(path);
    if (!seen.has(ino)) bytes += blocks * 512;
    seen.add(ino);
  }
  return bytes;
}
