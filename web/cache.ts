import type { IntrospectionField, IntrospectionObjectType, IntrospectionQuery } from 'graphql';

/** Which types each interface and union can be, for Apollo Client's `InMemoryCache({ possibleTypes })`. */
export function possibleTypes({ __schema }: IntrospectionQuery): Record<string, string[]> {
  const entries = __schema.types.flatMap((type) =>
    'possibleTypes' in type && type.possibleTypes ? [[type.name, type.possibleTypes.map(({ name }) => name)]] : [],
  );
  return Object.fromEntries(entries);
}

/**
 * Type policies for Apollo Client: the payloads of a subscription replace each other. It would warn of lost data, because
 * they are of several types.
 */
export function subscriptionPolicies({ __schema }: IntrospectionQuery) {
  const { subscriptionType, types } = __schema;
  const type = types.find((one) => one.kind === 'OBJECT' && one.name === subscriptionType?.name);
  const names = (type as IntrospectionObjectType | undefined)?.fields.map(({ name }) => name) ?? [];
  return { Subscription: { fields: Object.fromEntries(names.map((name) => [name, { merge: false as const }])) } };
}

/**
 * Keys for Graphcache's `cacheExchange({ keys })`: an object without an `id` is stored within the object it belongs to. So
 * is one whose `id` is null, such as the proposal of `interpret`, which the server does not store.
 */
export function embeddedKeys({
  __schema,
}: IntrospectionQuery): Record<string, (data: { id?: unknown }) => string | null> {
  const { queryType, mutationType, subscriptionType } = __schema;
  const roots = [queryType, mutationType, subscriptionType].map((type) => type?.name);
  const embedded = __schema.types
    .filter((type): type is IntrospectionObjectType => type.kind === 'OBJECT' && !roots.includes(type.name))
    .filter(({ name, fields }) => !name.startsWith('__') && !fields.some(isKey));
  return Object.fromEntries(embedded.map(({ name }) => [name, ({ id }) => (typeof id === 'string' ? id : null)]));
}

function isKey({ name, type }: IntrospectionField): boolean {
  return name === 'id' && type.kind === 'NON_NULL';
}
