import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';
import { prefersPage } from './accept.ts';
import { acceptedCoding } from './compression.ts';
import { graphiqlSession } from './graphiql-session.ts';

const welcome = `# Errand. Press the play button to run an operation; the book on the left holds the documentation.
query Me {
  me {
    user { name email }
    tenant { name }
    role
  }
}
`;

const options = {
  title: 'Errand',
  endpoint: '/graphql',
  subscriptionsProtocol: 'WS',
  defaultQuery: welcome,
  // What is typed there may be a credential.
  shouldPersistHeaders: false,
} satisfies GraphiQLOptions;

type Page = { gzipped: Buffer; headers: Record<string, string> };
let rendered: Promise<Page> | null = null;

/** Whether a browser asks for a page and not for an answer. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && prefersPage(headers.accept ?? null);
}

/** Answers with GraphiQL, all of it in one page, so that it works where nothing but this server can be reached. */
export async function answerGraphiql(request: IncomingMessage, res: ServerResponse): Promise<void> {
  rendered ??= render();
  const { gzipped, headers } = await rendered;
  if (request.headers['if-none-match'] === headers.etag) return void res.writeHead(304, headers).end();
  if (!acceptsGzip(request)) return void res.writeHead(200, headers).end(gunzipSync(gzipped));
  res.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipped);
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return acceptedCoding(headers['accept-encoding'] ?? null, ['gzip']) !== null;
}

/** Ten megabytes of editor are loaded and packed when somebody first asks for them. */
async function render(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const plain = renderGraphiQL(options);
  const literal = JSON.stringify(options);
  const at = plain.lastIndexOf(literal);
  if (at < 0)
    throw new Error('The page of @graphql-yoga/render-graphiql has changed; GraphiQL cannot be given its token.');
  const withSession = `(${graphiqlSession})(${literal})`;
  const html = plain.slice(0, at) + withSession + plain.slice(at + literal.length);
  const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
  return { gzipped: gzipSync(html), headers: { ...securityHeaders(html), etag } };
}

/** Only the page's own script runs; its workers and styles are made by it; it talks to this server alone. */
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
