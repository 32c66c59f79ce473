import type { Config } from './config.ts';

/** How clients reach a page of the server, as far as the configuration tells. */
export function publicUrl({ publicUrl: origin, host, port }: Config['http'], path: string): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return new URL(path, origin ?? `http://${isEverywhere ? 'localhost' : name}:${port}`).href;
}
