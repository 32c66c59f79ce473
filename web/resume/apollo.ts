import { type ApolloLink, Observable } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import type { ResumingOptions } from './core.ts';
import { resumingSubscription } from './graphql-ws.ts';
import { asError } from './reasons.ts';

/** A terminating link for Apollo Client 4 whose subscriptions resume after lost connections. */
export class ResumingLink extends GraphQLWsLink {
  readonly #options: ResumingOptions;

  constructor(client: Client, options: ResumingOptions = {}) {
    super(client);
    this.#options = options;
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    if (operation.operationType !== 'subscription') return super.request(operation);
    const { query, variables, operationName, extensions } = operation;
    return new Observable((observer) =>
      resumingSubscription(
        this.client,
        { query: print(query), variables, operationName, extensions },
        {
          next: (result) => observer.next(result as ApolloLink.Result),
          error: (reason) =>
            observer.error(Array.isArray(reason) ? new CombinedGraphQLErrors({ errors: reason }) : asError(reason)),
          complete: () => observer.complete(),
        },
        this.#options,
      ),
    );
  }
}
