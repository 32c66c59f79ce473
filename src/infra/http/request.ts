import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Egress } from './egress.ts';
import { lookUp } from './lookup.ts';

/** The stored part of a body. */
const maxBodyBytes = 256 * 1024;

type HttpRequest = {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal;
  egress: Egress;
  /** On whose behalf it is sent. */
  tenantId: string;
};

export type HttpAnswer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** Whether the body was longer than the stored part. */
  isCut: boolean;
};

/**
 * Why a request failed. `isFinal` means that another attempt would fail as well. The message is stored and logged, and
 * read by more users than the URL: it names neither the server nor its address.
 */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly code: 'HTTP_ADDRESS_REFUSED' | 'HTTP_REFUSED' | 'HTTP_UNREACHABLE';

  constructor(code: HttpFailure['code'], message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }

  get isFinal(): boolean {
    return this.code !== 'HTTP_UNREACHABLE';
  }
}

/**
 * Sends one request on its own connection. It connects to the address that was checked, so a name that resolves to
 * another address a moment later has no effect. Redirects are not followed. @throws HttpFailure if the address is
 * refused or the server does not respond; the reason of the signal if it aborts.
 */
export async function sendHttpRequest(sent: HttpRequest): Promise<HttpAnswer> {
  requireAllowedLiteral(sent.url, sent.egress);
  try {
    return await readAnswer(await begin(sent));
  } catch (error) {
    sent.signal.throwIfAborted();
    if (error instanceof HttpFailure) throw error;
    throw new HttpFailure('HTTP_UNREACHABLE', describe(error), { cause: error });
  }
}

function begin({ method, url, headers, body, ...sent }: HttpRequest): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal: sent.signal, agent: false as const, lookup: guardedLookup(sent) };
    request(url, options, resolve).on('error', reject).end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBodyBytes) break;
  }
  const kept = Buffer.concat(chunks).subarray(0, maxBodyBytes);
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    text: kept.toString(),
    isCut: bytes > maxBodyBytes,
  };
}

/**
 * Checks an IP address in the URL. Node does not resolve it, so the guarded lookup would not see it. @throws
 * HttpFailure `HTTP_ADDRESS_REFUSED`.
 */
export function requireAllowedLiteral(url: URL, egress: Egress): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !egress.isAddressAllowed(host)) throw refusal();
}

function guardedLookup({ egress, ...sent }: Pick<HttpRequest, 'egress' | 'tenantId' | 'signal'>): LookupFunction {
  return (host, options, answer) => {
    lookUp(host, { options, ...sent }).then(
      (found) => {
        const isAllowed = egress.isHostAllowed(host);
        const allowed = found.filter(({ address }) => isAllowed || egress.isAddressAllowed(address));
        const [first] = allowed;
        if (!first) answer(refusal(), '', 0);
        else if (options.all) answer(null, allowed);
        else answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, '', 0),
    );
  };
}

function refusal(): HttpFailure {
  return new HttpFailure(
    'HTTP_ADDRESS_REFUSED',
    'The server is not on the public internet, and the operator has not allowed its address.',
  );
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it could not be reached in time',
  EHOSTUNREACH: 'it could not be reached',
  ENETUNREACH: 'it could not be reached',
};

/** In our own words, because those of Node.js have the name and the address of the server. */
function describe(error: unknown): string {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  if (code.startsWith('HPE_')) return 'The response of the server is not valid HTTP.';
  return `The server did not respond: ${reasonOf(code)}.`;
}

function reasonOf(code: string): string {
  if (Object.hasOwn(reasons, code)) return reasons[code] ?? '';
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return `its certificate or its encryption is not accepted (${code})`;
  return 'the connection failed';
}
