import { emptyTrash as empty } from '../domain/tasks/empty-trash.ts';
import type { Handler } from './handlers.ts';

export const emptyTrash: Handler<'trash.empty'> = (_, { app, requestId, signal }) => empty(app, { requestId, signal });
