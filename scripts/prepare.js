// Runs after npm ci and npm install. A production install (--omit=dev) has no compiler: it brings its own dist.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

removeQueryCompilers('node_modules/@prisma/client/runtime');
if (existsSync('node_modules/typescript-7') && existsSync('node_modules/prisma-cli')) build();
else if (!existsSync('dist')) console.log('Errand is not built: copy dist from a full install, or run npm ci.');

/** Quiet unless it fails. */
function build() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { shell: true, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(stdout + stderr);
  process.exit(1);
}

/** Prisma brings its query compiler for five databases, 12 MB for each. Errand loads the one for PostgreSQL. */
function removeQueryCompilers(folder) {
  if (!existsSync(folder)) return;
  const compilers = readdirSync(folder).filter((name) => name.startsWith('query_compiler_'));
  for (const name of compilers) if (!name.includes('.postgresql.')) rmSync(join(folder, name), { force: true });
}
