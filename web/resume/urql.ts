import { type Exchange, subscriptionExchange } from '@urql/core';
import type { Client } from 'graphql-ws';
import type { ResumingOptions } from './core.ts';
import { resumingSubscription } from './graphql-ws.ts';
import { asError } from './reasons.ts';

/** An exchange for urql whose subscriptions resume after lost connections. */
export function resumingExchange(client: Client, options: ResumingOptions = {}): Exchange {
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables, operationName, extensions }) => ({
      subscribe: (sink) => ({
        unsubscribe: resumingSubscription(
          client,
          { query, variables, operationName, extensions },
          {
            next: (result) => sink.next(result),
            error: (reason) => sink.error(Array.isArray(reason) ? reason : asError(reason)),
            complete: () => sink.complete(),
          },
          options,
        ),
      }),
    }),
  });
}
