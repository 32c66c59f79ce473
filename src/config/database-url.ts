import pg from 'pg';
import { z } from 'zod';
import { text } from './readers.ts';

/**
 * The URL of a PostgreSQL database. `sslmode`, `sslrootcert`, `sslcert` and `sslkey` have the same meaning as in psql;
 * pg requires `uselibpqcompat` for this.
 */
export const databaseUrl = text.transform((value, context) => {
  const fault = faultOf(value);
  if (!fault) return asLibpq(value);
  context.addIssue({ code: 'custom', message: fault });
  return z.NEVER;
});

function faultOf(value: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    return 'must be a URL such as postgres://user:password@host:5432/database';
  }
  const url = new URL(value);
  if (url.pathname.length < 2) return 'must name a database: postgres://user:password@host:5432/database';
  const schema = url.searchParams.get('schema') ?? 'public';
  if (schema !== 'public') return `must not name the schema ${schema}: Errand uses the schema public`;
  return sslFaultOf(value);
}

/** Certificates are read here, so that a missing file is reported before anything starts. */
function sslFaultOf(value: string): string | undefined {
  const { searchParams } = new URL(value);
  const mode = searchParams.get('sslmode');
  if (mode === 'verify-ca' && !searchParams.has('sslrootcert')) {
    return 'must name the certificate of the authority in sslrootcert if sslmode is verify-ca; otherwise use verify-full';
  }
  if (mode && !sslModes.includes(mode)) return `must have one of these values for sslmode: ${sslModes.join(', ')}`;
  try {
    new pg.Client(asLibpq(value));
    return undefined;
  } catch (error) {
    return `has invalid TLS parameters: ${(error as Error).message}`;
  }
}

const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function asLibpq(value: string): string {
  const url = new URL(value);
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true');
  return url.href;
}
