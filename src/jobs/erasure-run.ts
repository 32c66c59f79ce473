import { runErasure as run } from '../domain/erasures/run-erasure.ts';
import type { Handler } from './handlers.ts';

export const runErasure: Handler<'erasure.run'> = (formerMember, { app, ...context }) =>
  run(app, formerMember, context);
