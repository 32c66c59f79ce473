import type { Config } from '../config/config.ts';
import { clusterFolder } from '../infra/postgres/embedded/cluster.ts';
import { homePaths } from './home.ts';

type Running = { config: Config; url: string };

/**
 * What a new user sees once the embedded server is running. The token is in the fragment, which browsers do not send.
 */
export function embeddedWelcome({ config, url, token }: Running & { token: string }): string {
  const paths = homePaths(config.home);
  return screen([
    ['GraphiQL', `${graphqlUrl(config, url)}#token=${token}`],
    ['Token', token],
    ['', `(stored in ${paths.ownerToken}; npm run token creates a new one)`],
    ['Data', clusterFolder(config.home)],
    ['Mail', paths.outbox],
  ]);
}

export function externalWelcome({ config, url }: Running): string {
  return screen([
    ['GraphiQL', graphqlUrl(config, url)],
    ['Token', 'npm run token -- --help'],
  ]);
}

function screen(rows: [string, string][]): string {
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  return ['', 'Errand is running. Ctrl-C stops it.', '', ...lines, ''].join('\n');
}

/** A host that browsers on this machine can open, and not the address of all interfaces. */
function graphqlUrl({ http }: Config, url: string): string {
  const local = new URL(url);
  if (['127.0.0.1', '0.0.0.0', '[::]', '[::1]'].includes(local.hostname)) local.hostname = 'localhost';
  return new URL('/graphql', http.publicUrl ?? local).href;
}
