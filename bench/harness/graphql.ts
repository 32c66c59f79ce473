import type { Target } from './compare.ts';
import type { World } from './world.ts';

/** A GraphQL request to Errand as the tenant's owner. */
export function graphqlTarget(
  url: string,
  { seeded }: World,
  query: string,
  variables: Record<string, unknown> = {},
): Target {
  return {
    url: `${url}/graphql`,
    request: {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${seeded.token}` },
      body: JSON.stringify({ query, variables }),
    },
  };
}
