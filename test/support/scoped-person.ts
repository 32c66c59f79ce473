import type { App } from '../../src/app.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import type { Permission } from '../../src/auth/permissions.ts';
import { createPerson, type Person } from './test-app.ts';

const createToken = `mutation ($scopes: [Permission!]) { createToken(input: { name: "scoped", scopes: $scopes }) { token } }`;

/** The same person with a token that is limited to some permissions. The token is created and sent as a client does. */
export async function scopedPerson(app: App, person: Person, scopes: readonly Permission[]): Promise<Person> {
  const names = scopes.map((scope) => scope.replace(':', '_').toUpperCase());
  type Created = { createToken: { token: string } };
  const { createToken: created } = await person.run<Created, object>(createToken, { scopes: names });
  return createPerson(app, await authenticate(app, { authorization: `Bearer ${created.token}`, tenant: undefined }));
}
