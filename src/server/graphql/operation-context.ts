import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { appOf } from '../../domain/records/acting.ts';
import type { RequestContext } from '../../resolvers/context.ts';
import { createLoaders } from '../../resolvers/loaders.ts';
import type { Exchange } from '../exchange.ts';
import type { Introspected } from './introspection.ts';

/** The context of an operation: what resolvers get, and what the server records about it. */
export type OperationContext = RequestContext & {
  exchange: Exchange;
  /** What the operation asks of the schema; null if nothing. Known once the operation is admitted. */
  introspected: Introspected | null;
};

/** For operations whose access is not watched while they run: queries and mutations. */
const lasting = new AbortController().signal;

export function operationContext(options: {
  app: App;
  viewer: Viewer;
  exchange: Exchange;
  access?: AbortSignal;
  lastEventId?: string | null;
}): OperationContext {
  const { viewer, exchange, access = lasting, lastEventId = null } = options;
  const app = appOf(options.app, viewer);
  return {
    app,
    viewer,
    exchange,
    introspected: null,
    requestId: exchange.requestId,
    loaders: createLoaders(app),
    stream: { lastEventId, access },
  };
}
