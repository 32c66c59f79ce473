import { defineConfig } from 'prisma-cli/config';

// The CLI is installed under the name prisma-cli: under its own, npm would take it for what @prisma/client may use at
// run time and install its 230 MB in production too.

// Errand migrates by itself (src/infra/postgres/migrate.ts) and generating needs no schema engine. Naming any
// existing file keeps the Prisma CLI from downloading one.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
// Nor does it ask the internet for news.
process.env.CHECKPOINT_DISABLE ??= '1';

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
