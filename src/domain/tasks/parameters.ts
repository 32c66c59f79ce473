import type { Viewer } from '../../auth/viewer.ts';
import { unseen } from '../../infra/postgres/unseen.ts';

export type Statement = { text: string; values: unknown[] };

/** Adds a value of an SQL type to the statement's parameters. @returns the value as SQL. */
export type AddParameter = (value: unknown, type: string) => string;

/** The parameters of a statement about the tasks that a viewer can see. */
export type Parameters = { values: unknown[]; tenant: string; user: string; add: AddParameter };

/** A prepared statement is planned once for all values, any other one for the values of the call. */
export function parametersOf({ tenantId, userId }: Viewer, { isPrepared }: { isPrepared: boolean }): Parameters {
  const values: unknown[] = [];
  const add: AddParameter = (value, type) => {
    const parameter = `$${values.push(value)}`;
    return isPrepared ? unseen(parameter, type) : `${parameter}::${type}`;
  };
  return { values, tenant: add(tenantId, 'uuid'), user: add(userId, 'uuid'), add };
}
