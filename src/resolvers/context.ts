import type { App } from '../app.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { StreamCursor } from '../shared/cursor.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets: built by src/server for a request, or for each operation on a socket. */
export type RequestContext = {
  app: App;
  viewer: Viewer;
  /** Ties together the answer, the log lines and the events of one request. */
  requestId: string;
  loaders: Loaders;
  stream: StreamState;
};

/** What a subscription and its transport tell each other. */
export type StreamState = {
  /** The SSE header Last-Event-ID; it takes the place of the argument `after`. */
  lastEventId: string | null;
  /** The cursor of the payload being delivered; the transport puts it into `extensions.cursor` and the SSE `id:`. */
  cursor: StreamCursor | null;
  /** Aborted with an AppError when the viewer's access ended; the stream then ends with it. */
  access: AbortSignal;
};
