import type { Config } from '../config/config.ts';

type HttpConfig = Pick<Config['http'], 'allowedHosts' | 'corsOrigins' | 'publicUrl'>;

/**
 * Whether a request with this Host header is accepted. After DNS rebinding, the browser still sends the host name of
 * the foreign page. An entry without a port allows every port.
 */
export function isHostAllowed({ allowedHosts }: HttpConfig, host: string | undefined): boolean {
  if (allowedHosts.length === 0) return true;
  if (!host) return false;
  const asked = host.toLowerCase();
  const name = asked.replace(/:\d+$/, '');
  return allowedHosts.some((allowed) => allowed.toLowerCase() === asked || allowed.toLowerCase() === name);
}

/**
 * Whether pages of this origin are allowed to use the server. Browsers always send Origin with a WebSocket handshake
 * but do not apply CORS to it. Other clients send no Origin and are allowed.
 */
export function isOriginAllowed(http: HttpConfig, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  if (isCorsOrigin(http, origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Whether CORS lets pages of another origin read the answers. */
export function isCorsOrigin({ corsOrigins, publicUrl }: HttpConfig, origin: string): boolean {
  return corsOrigins.includes(origin) || (publicUrl !== null && new URL(publicUrl).origin === origin);
}
