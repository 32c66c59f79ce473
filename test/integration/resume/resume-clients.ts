import { ApolloClient, InMemoryCache } from '@apollo/client';
import { Client as UrqlClient } from '@urql/core';
import { parse } from 'graphql';
import type { Client } from 'graphql-ws';
import { ResumingLink } from '../../../web/resume/apollo.ts';
import type { ResumingOptions } from '../../../web/resume/core.ts';
import { resumingSubscription } from '../../../web/resume/graphql-ws.ts';
import { resumingExchange } from '../../../web/resume/urql.ts';

export type Data = Record<string, { __typename: string; task?: { title: string } }>;

/** What a test hears of a subscription, whichever client it runs with. */
export type Heard = {
  data(data: Data): void;
  /** It ended by itself: with a close code, with the code of a GraphQL error, or with the error itself. */
  ended(reason: unknown): void;
};

/** Starts a subscription over a client of graphql-ws. @returns what leaves it. */
export type Subscribe = (
  client: Client,
  operation: { query: string; variables: Record<string, unknown> },
  heard: Heard,
  options: ResumingOptions,
) => () => void;

const onGraphqlWs: Subscribe = (client, operation, heard, options) =>
  resumingSubscription<Data>(
    client,
    operation,
    {
      next: ({ data, errors }) => (data ? heard.data(data) : heard.ended(reasonOf(errors))),
      error: (reason) => heard.ended(reasonOf(reason)),
      complete: () => heard.ended('complete'),
    },
    options,
  );

const onApollo: Subscribe = (client, { query, variables }, heard, options) => {
  const apollo = new ApolloClient({ link: new ResumingLink(client, options), cache: new InMemoryCache() });
  const subscription = apollo.subscribe<Data>({ query: parse(query), variables }).subscribe({
    next: ({ data, error }) => (error ? heard.ended(reasonOf(error)) : data && heard.data(data as Data)),
    error: (reason) => heard.ended(reasonOf(reason)),
    complete: () => heard.ended('complete'),
  });
  return () => subscription.unsubscribe();
};

const onUrql: Subscribe = (client, { query, variables }, heard, options) => {
  const urql = new UrqlClient({
    url: 'http://unused.test',
    preferGetMethod: false,
    exchanges: [resumingExchange(client, options)],
  });
  const subscription = urql
    .subscription<Data>(query, variables)
    // urql tells the end of a subscription by its last result again, with `hasNext: false`.
    .subscribe(({ data, error, hasNext }) => {
      if (error || !hasNext) heard.ended(error ? reasonOf(error) : 'complete');
      else if (data) heard.data(data);
    });
  return () => subscription.unsubscribe();
};

export const clients: [string, Subscribe][] = [
  ['graphql-ws', onGraphqlWs],
  ['Apollo Client', onApollo],
  ['urql', onUrql],
];

type Shown = {
  code?: unknown;
  networkError?: Shown;
  errors?: { extensions?: { code?: unknown } }[];
  graphQLErrors?: Shown['errors'];
};

/** Each client wraps a reason in its own way; the code has to be in it. */
function reasonOf(reason: unknown): unknown {
  if (Array.isArray(reason)) return reason[0]?.extensions?.code;
  const { code, networkError, errors, graphQLErrors } = reason as Shown;
  return code ?? networkError?.code ?? (errors ?? graphQLErrors)?.[0]?.extensions?.code ?? networkError ?? reason;
}
