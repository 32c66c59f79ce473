import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';
import { prefersPage } from './accept.ts';
import { acceptedCoding } from './compression.ts';
import { graphiqlExamples } from './graphiql-examples.ts';
import { graphiqlSession } from './graphiql-session.ts';

const options = {
  title: 'Errand',
  endpoint: '/graphql',
  subscriptionsProtocol: 'WS',
  defaultTabs: graphiqlExamples.map((query) => ({ query })),
  // The input may be a credential.
  shouldPersistHeaders: false,
} satisfies GraphiQLOptions;

type Page = { gzipped: Buffer; headers: Record<string, string> };
let rendered: Promise<Page> | null = null;

/** Whether a browser requests the page and not a result. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && prefersPage(headers.accept ?? null);
}

/** Serves GraphiQL as a single page, so that it works without access to other servers. */
export async function answerGraphiql(request: IncomingMessage, res: ServerResponse): Promise<void> {
  rendered ??= render();
  const { gzipped, headers } = await rendered;
  if (request.headers['if-none-match'] === headers.etag) return void res.writeHead(304, headers).end();
  if (acceptsGzip(request)) return void res.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipped);
  res.writeHead(200, headers);
  // Off the main thread, because it takes long. It fails only if the client disconnects.
  pipeline(Readable.from([gzipped]), createGunzip(), res, () => {});
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return acceptedCoding(headers['accept-encoding'] ?? null, ['gzip']) !== null;
}

/** The editor (ten megabytes) is loaded and compressed on first use. */
async function render(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = withSession(renderGraphiQL(options));
  const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
  return { gzipped: gzipSync(html), headers: { ...securityHeaders(html), etag } };
}

/** Runs the session's script before GraphiQL's own, and gives GraphiQL its options through it. */
function withSession(page: string): string {
  const literal = JSON.stringify(options);
  const scriptAt = page.indexOf('<script>');
  const optionsAt = page.lastIndexOf(literal);
  if (scriptAt < 0 || optionsAt < scriptAt)
    throw new Error(
      'The page of @graphql-yoga/render-graphiql has an unexpected form, so the token cannot be added to GraphiQL.',
    );
  return [
    page.slice(0, scriptAt),
    `<script>${graphiqlSession}</script>`,
    page.slice(scriptAt, optionsAt),
    `errand.withSession(${literal})`,
    page.slice(optionsAt + literal.length),
  ].join('');
}

/** Only the page's own scripts run, they make its workers and styles, and they talk to this server alone. */
function securityHeaders(html: string): Record<string, string> {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  });
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'private, no-cache',
    vary: 'accept, accept-encoding',
  };
}
