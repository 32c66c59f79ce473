import { expect, test } from 'vitest';
import { describeDatabase, serverUrls } from '../../src/config/database-url.ts';
import { variablesHelp } from '../../src/config/help.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/read-environment.ts';
import { StartFault } from '../../src/config/start-fault.ts';
import { variables } from '../../src/config/variables.ts';

const masterKey = Buffer.alloc(32, 7).toString('base64');
const external = { DATABASE_URL: 'postgres://u:p@db.example/errand', ERRAND_MASTER_KEY: masterKey };
const jwt = { ERRAND_JWT_ISSUER: 'https://id.example', ERRAND_JWT_AUDIENCE: 'errand' };
const jwtSecret = { ...jwt, ERRAND_JWT_SECRET: 's'.repeat(32) };

function faultsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof StartFault) return error.faults;
    throw error;
  }
}

test('an empty environment is the embedded mode: loopback only, local names only, no secret yet', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({ mode: 'embedded', database: null, masterKey: null, redis: null, jwt: null });
  expect(config.http).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
  });
});

test('DATABASE_URL is the external mode, where LISTEN goes to DIRECT_DATABASE_URL', () => {
  const config = loadConfig({ ...external, DIRECT_DATABASE_URL: 'postgres://u:p@direct.example/errand' });
  expect(config).toMatchObject({ mode: 'external', http: { host: '0.0.0.0', allowedHosts: [] } });
  expect(config.database).toEqual({
    url: external.DATABASE_URL,
    directUrl: 'postgres://u:p@direct.example/errand',
    poolSize: 10,
  });
  expect(config.masterKey).toEqual(Buffer.alloc(32, 7));
});

test('a variable that is empty counts as unset', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: ' ' })).toEqual(loadConfig({}));
});

test('the config cannot be changed', () => {
  expect(() => Object.assign(loadConfig({}).http, { port: 1 })).toThrow(TypeError);
});

test.each([
  ['OPEN', {}],
  ['OPEN', { HOST: '127.0.0.2' }],
  ['CLOSED', { HOST: '0.0.0.0' }],
  ['CLOSED', { ERRAND_PUBLIC_URL: 'https://errand.example' }],
  ['CLOSED', external],
  ['CLOSED', { ...external, HOST: '127.0.0.1' }],
  [{ token: 'm'.repeat(32) }, { ...external, ERRAND_METRICS_TOKEN: 'm'.repeat(32) }],
  [{ token: 'm'.repeat(32) }, { ERRAND_METRICS_TOKEN: 'm'.repeat(32) }],
])('the metrics are %j with %o', (metrics, env) => {
  expect(loadConfig(env).http.metrics).toEqual(metrics);
});

test('a public address is among the names that the embedded server answers', () => {
  const { http } = loadConfig({ ERRAND_PUBLIC_URL: 'http://box.lan:4000/' });
  expect(http.publicUrl).toBe('http://box.lan:4000');
  expect(http.allowedHosts).toContain('box.lan:4000');
});

test.each([
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '4e3' }],
  ['DATABASE_URL', { ...external, DATABASE_URL: 'mysql://db/errand' }],
  ['DATABASE_URL', { ...external, DATABASE_URL: 'postgres://db.example' }],
  ['DATABASE_URL', { ...external, DATABASE_URL: 'postgres://u:p@a.example:5432,/errand' }],
  ['DATABASE_URL', { ...external, DATABASE_URL: 'postgres://u:p@a.example:5432,b.example:x/errand' }],
  ['DATABASE_URL', { ...external, DATABASE_URL: `${external.DATABASE_URL}?schema=other` }],
  ['DATABASE_URL', { ...external, DATABASE_URL: `${external.DATABASE_URL}?sslmode=sometimes` }],
  ['DATABASE_URL', { ...external, DATABASE_URL: `${external.DATABASE_URL}?sslmode=verify-ca` }],
  ['DATABASE_URL', { ...external, DATABASE_URL: `${external.DATABASE_URL}?sslmode=require&sslrootcert=/absent.pem` }],
  ['DIRECT_DATABASE_URL', { DIRECT_DATABASE_URL: external.DATABASE_URL }],
  ['ERRAND_MASTER_KEY', { DATABASE_URL: external.DATABASE_URL }],
  ['ERRAND_MASTER_KEY', { ...external, ERRAND_MASTER_KEY: Buffer.alloc(31).toString('base64') }],
  ['REDIS_URL', { REDIS_URL: 'http://cache.example' }],
  ['ERRAND_PUBLIC_URL', { ERRAND_PUBLIC_URL: 'https://errand.example/graphql' }],
  ['ERRAND_PUBLIC_URL', { ERRAND_PUBLIC_URL: 'https://:pw@errand.example' }],
  ['ERRAND_CORS_ORIGINS', { ERRAND_CORS_ORIGINS: 'https://:pw@a.example' }],
  ['ERRAND_JWT_JWKS_URL', { ...jwt, ERRAND_JWT_JWKS_URL: 'https://user@id.example/keys' }],
  ['ERRAND_JWT_JWKS_URL', { ...jwt, ERRAND_JWT_JWKS_URL: 'https://:pw@id.example/keys' }],
  ['ERRAND_JWT_EMAIL_VERIFIED', { ...jwtSecret, ERRAND_JWT_EMAIL_VERIFIED: 'false' }],
  ['ERRAND_JWT_EMAIL_VERIFIED', { ERRAND_JWT_EMAIL_VERIFIED: 'if-sent' }],
  ['ERRAND_METRICS_TOKEN', { ERRAND_METRICS_TOKEN: 'short' }],
  ['ERRAND_CORS_ORIGINS', { ERRAND_CORS_ORIGINS: 'https://a.example, b.example' }],
  ['ERRAND_JWT_SECRET', { ...jwtSecret, ERRAND_JWT_SECRET: 'short' }],
  ['ERRAND_JWT_SECRET', { ...jwtSecret, ERRAND_JWT_JWKS_URL: 'https://id.example/keys' }],
  ['ERRAND_JWT_ISSUER', jwt],
  ['ERRAND_JWT_AUDIENCE', { ...jwtSecret, ERRAND_JWT_AUDIENCE: '' }],
  ['ERRAND_JWT_ALGORITHMS', { ...jwtSecret, ERRAND_JWT_ALGORITHMS: 'HS256,none' }],
  ['ERRAND_JWT_ALGORITHMS', { ...jwt, ERRAND_JWT_JWKS_URL: 'https://i.example', ERRAND_JWT_ALGORITHMS: 'HS256' }],
  ['ERRAND_JWT_PROVISION_ROLE', { ...jwtSecret, ERRAND_JWT_PROVISION_ROLE: 'OWNER' }],
  ['ERRAND_TRUSTED_DOCUMENTS', { ERRAND_TRUSTED_DOCUMENTS: 'only' }],
  ['ERRAND_TRUSTED_DOCUMENTS_FILE', { ERRAND_TRUSTED_DOCUMENTS_FILE: 'documents.json' }],
  ['ERRAND_TRUSTED_DOCUMENTS', { ERRAND_TRUSTED_DOCUMENTS: 'yes', ERRAND_TRUSTED_DOCUMENTS_FILE: 'documents.json' }],
  ['ERRAND_STREAM_DAYS', { ERRAND_STREAM_DAYS: '401' }],
  ['ERRAND_TRASH_DAYS', { ERRAND_TRASH_DAYS: '0' }],
  ['ERRAND_HTTP_ALLOW', { ERRAND_HTTP_ALLOW: '10.1.0.0/33' }],
  ['ERRAND_HTTP_ALLOW', { ERRAND_HTTP_ALLOW: 'localhost, 10.0.0' }],
  ['ERRAND_HTTP_ALLOW', { ERRAND_HTTP_ALLOW: 'https://intern.example' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['ERRAND_HOMEE', { ERRAND_HOMEE: '/srv' }],
])('%s is refused in one line that names it: %o', (name, env) => {
  const faults = faultsOf(env);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(name);
  expect(faults[0]).not.toContain('\n');
});

test('every fault is reported at once, and no secret is repeated', () => {
  const faults = faultsOf({
    PORT: 'x',
    DATABASE_URL: 'postgres//u:hidden@h/d',
    ERRAND_MASTER_KEY: 'hidden',
    ERRAND_JWT_SECRET: 'hidden',
    ERRAND_NOPE: '1',
  });
  const named = faults.map((fault) => fault.split(' ')[0]).sort();
  expect(named).toEqual([
    'DATABASE_URL',
    'ERRAND_JWT_AUDIENCE',
    'ERRAND_JWT_ISSUER',
    'ERRAND_JWT_SECRET',
    'ERRAND_MASTER_KEY',
    'ERRAND_NOPE',
    'PORT',
  ]);
  expect(faults.join()).not.toContain('hidden');
});

test('what Kubernetes and Docker add for a service called errand is no fault', () => {
  const names = ['ERRAND_SERVICE_HOST', 'ERRAND_SERVICE_PORT_HTTP', 'ERRAND_PORT', 'ERRAND_PORT_4000_TCP_ADDR'];
  expect(faultsOf(Object.fromEntries(names.map((name) => [name, 'tcp://10.0.0.1:4000'])))).toEqual([]);
});

test('steps may be allowed networks, addresses and host names', () => {
  const allowed = ['10.1.0.0/16', '::1', 'fd00::/8', 'intern.example', 'localhost'];
  expect(loadConfig({ ERRAND_HTTP_ALLOW: allowed.join(', ') }).egressAllow).toEqual(allowed);
});

test('sslmode means what it means to psql', () => {
  const { database } = loadConfig({ ...external, DATABASE_URL: `${external.DATABASE_URL}?sslmode=require` });
  expect(database?.url).toContain('uselibpqcompat=true');
});

test('a database can be on one of several servers, as in psql', () => {
  const several = 'postgres://u:p@ss@a.example:5432,b.example,[::1]:5433/errand?sslmode=require';
  const { database } = loadConfig({ ...external, DATABASE_URL: several });
  expect(serverUrls(database?.url ?? '')).toEqual(
    ['a.example:5432', 'b.example', '[::1]:5433'].map(
      (host) => `postgres://u:p@ss@${host}/errand?sslmode=require&uselibpqcompat=true`,
    ),
  );
  expect(describeDatabase(several)).toBe('errand at a.example:5432, b.example, [::1]:5433');
});

test('the help names every variable once', () => {
  const help = variablesHelp();
  for (const name of Object.keys(variables)) expect(help.split(`  ${name}\n`)).toHaveLength(2);
});
