import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, type SqlQuery } from '@prisma/driver-adapter-utils';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { type MigrationFile, migrationsDirectory } from '../../src/infra/postgres/migration-files.ts';

const schemaPath = join(migrationsDirectory, '../schema.prisma');
const filters = { externalTables: [], externalEnums: [] };

/** Prisma's own engine, the one behind `prisma migrate`, on one database. */
export type Engine = AsyncDisposable & {
  /** What `prisma migrate` would say of the history: all empty when it is as it expects. */
  diagnose(files: MigrationFile[]): Promise<{ history: unknown; edited: string[]; failed: string[] }>;
  /** Applies what is pending, as `prisma migrate deploy` does; the names of what it applied. */
  deploy(files: MigrationFile[]): Promise<string[]>;
  /** The SQL that would bring the database to this schema; empty when they agree. */
  drift(schema?: string): Promise<string>;
};

export async function openSchemaEngine(url: string): Promise<Engine> {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const schema = await readFile(schemaPath, 'utf8');
  loaded ??= load();
  await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(adaptCatalogue(pool));
  const engine = await bindings.SchemaEngine.new({ datamodels: [[schemaPath, schema]] }, () => {}, adapter);
  return {
    diagnose: async (files) => {
      const input = { migrationsList: migrationList(files), optInToShadowDatabase: false, filters };
      const { history, editedMigrationNames, failedMigrationNames } = await engine.diagnoseMigrationHistory(input);
      return { history, edited: editedMigrationNames, failed: failedMigrationNames };
    },
    deploy: async (files) => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: migrationList(files), filters });
      return appliedMigrationNames;
    },
    drift: async (content = schema) => {
      const database = [{ path: schemaPath, content: schema }];
      const result = await engine.diff({
        from: { tag: 'schemaDatasource', files: database, configDir: dirname(schemaPath) },
        to: { tag: 'schemaDatamodel', files: [{ path: schemaPath, content }] },
        script: true,
        exitCode: null,
        filters,
      });
      const sql = result.stdout?.trim() ?? '';
      return sql === '-- This is an empty migration.' ? '' : sql;
    },
    [Symbol.asyncDispose]: async () => {
      engine.free();
      await pool.end();
    },
  };
}

/**
 * The catalogue has columns of the type "char", which the engine needs and Prisma's adapter does not know. They go
 * through the adapter as arrays of it, which no catalogue has and the adapter does know.
 */
function adaptCatalogue(pool: pg.Pool): PrismaPg {
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  const queryWithChars = async (...args: unknown[]) => {
    const result = await query(...args);
    for (const field of result.fields) if (field.dataTypeID === charType) field.dataTypeID = charArrayType;
    return result;
  };
  const factory = new PrismaPg(Object.assign(pool, { query: queryWithChars }));
  const connect = factory.connect.bind(factory);
  return Object.assign(factory, { connect: async () => withChars(await connect()) });
}

function withChars(adapter: Awaited<ReturnType<PrismaPg['connect']>>) {
  const queryRaw = adapter.queryRaw.bind(adapter);
  const { Character, CharacterArray } = ColumnTypeEnum;
  return Object.assign(adapter, {
    queryRaw: async (query: SqlQuery) => {
      const result = await queryRaw(query);
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === CharacterArray ? Character : type)) };
    },
  });
}

const charType = 18;
const charArrayType = 1002;

/** Where the engine leaves the message of a panic; thrown, it fails the test instead of hanging it. */
const panicRegistry = {
  set_message: (message: string): never => {
    throw new Error(message);
  },
};

let loaded: Promise<void> | null = null;

/** The package expects a bundler to load its WebAssembly; Node is given it by hand, once for all engines. */
async function load(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const module = await WebAssembly.compile(await readFile(join(folder, 'schema_engine_bg.wasm')));
  const instance = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings as never });
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panicRegistry });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}

function migrationList(files: MigrationFile[]): MigrationList {
  return {
    baseDir: migrationsDirectory,
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: files.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}
