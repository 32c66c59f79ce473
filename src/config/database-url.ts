import pg from 'pg';
import { z } from 'zod';
import { text } from './readers.ts';

/**
 * The URL of a PostgreSQL database. `sslmode`, `sslrootcert`, `sslcert` and `sslkey` have the same meaning as in psql;
 * pg requires `uselibpqcompat` for this. It may name several servers, as in psql, of which one at a time accepts writes.
 */
export const databaseUrl = text.transform((value, context) => {
  const fault = faultOf(value);
  if (!fault) return asLibpq(value);
  context.addIssue({ code: 'custom', message: fault });
  return z.NEVER;
});

/** `postgres://user:password@h1:5432,h2/database` is these two URLs: one for each server, in their order. */
export function serverUrls(value: string): string[] {
  const { before, hosts, after } = partsOf(value);
  return hosts.map((host) => `${before}${host}${after}`);
}

/** The servers and the database of a URL, without its user and password. */
export function describeDatabase(value: string): string {
  const { hosts, after } = partsOf(value);
  return `${after.slice(1).replace(/\?.*$/, '')} at ${hosts.join(', ')}`;
}

/** The hosts are between the last @ and the path; WHATWG URLs have one host only. */
function partsOf(value: string): { before: string; hosts: string[]; after: string } {
  const [, before = '', hosts = '', after = ''] = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s.exec(value) ?? [];
  return { before, hosts: hosts.split(','), after };
}

function faultOf(value: string): string | undefined {
  const urls = serverUrls(value);
  if (!/^postgres(ql)?:\/\//.test(value) || !urls.every((url) => URL.canParse(url))) {
    return 'must be a URL such as postgres://user:password@host:5432/database';
  }
  if (urls.length > 1 && urls.some((url) => new URL(url).hostname === '')) {
    return 'must name each server: postgres://user:password@host1:5432,host2:5432/database';
  }
  const [first = ''] = urls;
  const url = new URL(first);
  if (url.pathname.length < 2) return 'must name a database: postgres://user:password@host:5432/database';
  const schema = url.searchParams.get('schema') ?? 'public';
  if (schema !== 'public') return `must not name the schema ${schema}: Errand uses the schema public`;
  return sslFaultOf(first);
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
  return /[?&]sslmode=/.test(value) && !/[?&]uselibpqcompat=/.test(value) ? `${value}&uselibpqcompat=true` : value;
}
