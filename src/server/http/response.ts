import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';

/** The response to an operation. */
export type HttpResponse = { status: number; headers: Record<string, string>; body: string | Uint8Array | Readable };

/** Sends a response. A stream is destroyed when the connection closes, and the connection when the stream fails. */
export function sendResponse(res: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (body instanceof Readable) {
    if (!res.closed) res.writeHead(status, headers);
    pipeline(body, res, () => {});
  } else if (!res.closed) {
    res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }
}
