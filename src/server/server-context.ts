import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';

/** What the HTTP server hands to Yoga with each request. */
export type ServerContext = {
  req: IncomingMessage;
  res: ServerResponse;
  exchange: Exchange;
  /** Charges bytes to the member whose request it is. Absent until the member is known. */
  chargeBytes?: (bytes: number) => void;
};
