import { defineConfig } from 'prisma/config';

// Errand migrates by itself (src/infra/postgres/migrate.ts) and generating needs no schema engine. Naming any
// existing file keeps the Prisma CLI from downloading one.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
