import type { Viewer } from '../auth/viewer.ts';
import type { TenantApp } from '../domain/records/acting.ts';
import type { Loaders } from './loaders.ts';

/** The context of every resolver. src/server creates it for a request, or for each operation on a WebSocket. */
export type RequestContext = {
  app: TenantApp;
  viewer: Viewer;
  /** Connects the response, the log lines and the events of one request. */
  requestId: string;
  loaders: Loaders;
  stream: StreamState;
};

/** What a subscription and its transport exchange. */
type StreamState = {
  /** The SSE header Last-Event-ID; it takes the place of the argument `after`. */
  lastEventId: string | null;
  /** Aborted with an AppError when the viewer's access ends; the stream then ends with this error. */
  access: AbortSignal;
};
