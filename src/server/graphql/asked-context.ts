import type { Viewer } from '../../auth/viewer.ts';
import type { RequestContext } from '../../resolvers/context.ts';
import type { Loaders } from '../../resolvers/loaders.ts';
import type { Ask } from '../../shared/results-by-answers.ts';

type Questions<T> = { [Name in keyof T]-?: (subscriber: RequestContext) => T[Name] };

const aboutViewer: Questions<Viewer> = {
  tenantId: ({ viewer }) => viewer.tenantId,
  userId: ({ viewer }) => viewer.userId,
  timeZone: ({ viewer }) => viewer.timeZone,
  role: ({ viewer }) => viewer.role,
  scopes: ({ viewer }) => viewer.scopes,
  tokenId: ({ viewer }) => viewer.tokenId,
  invitationId: ({ viewer }) => viewer.invitationId,
  expiresAt: ({ viewer }) => viewer.expiresAt,
};

/** What each subscription has of its own. A payload that depends on it is for this subscription alone. */
const ofSubscription: Questions<Pick<RequestContext, 'requestId' | 'stream'>> = {
  requestId: ({ requestId }) => requestId,
  stream: ({ stream }) => stream,
};

/**
 * The context in which a payload is made for all subscribers of a tenant who get the same: whatever a resolver reads of
 * the subscriber is asked, so that the payload is given only to those who have the same there.
 */
export function askedContext(
  { app }: RequestContext,
  { ask, loaders }: { ask: Ask<RequestContext>; loaders: () => Loaders },
): RequestContext {
  return {
    app,
    viewer: askedViewer(ask),
    get loaders() {
      return loaders();
    },
    get requestId() {
      return ask(ofSubscription.requestId);
    },
    get stream() {
      return ask(ofSubscription.stream);
    },
  };
}

/** The context in which a payload is made for one subscriber. */
export function ownContext({ app, viewer, requestId, stream }: RequestContext, loaders: () => Loaders): RequestContext {
  return {
    app,
    viewer,
    requestId,
    stream,
    get loaders() {
      return loaders();
    },
  };
}

function askedViewer(ask: Ask<RequestContext>): Viewer {
  return {
    get tenantId() {
      return ask(aboutViewer.tenantId);
    },
    get userId() {
      return ask(aboutViewer.userId);
    },
    get timeZone() {
      return ask(aboutViewer.timeZone);
    },
    get role() {
      return ask(aboutViewer.role);
    },
    get scopes() {
      return ask(aboutViewer.scopes);
    },
    get tokenId() {
      return ask(aboutViewer.tokenId);
    },
    get invitationId() {
      return ask(aboutViewer.invitationId);
    },
    get expiresAt() {
      return ask(aboutViewer.expiresAt);
    },
  };
}
