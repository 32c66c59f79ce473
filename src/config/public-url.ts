import type { Config } from './config.ts';

/** The public URL of a page, if the configuration has one. */
export function publicUrl({ publicUrl: origin, host, port }: Config['http'], path: string): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return new URL(path, origin ?? `http://${isEverywhere ? 'localhost' : name}:${port}`).href;
}
