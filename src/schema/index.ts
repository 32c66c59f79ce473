import './scalars.ts';
import './users.ts';
import './erasures.ts';
import './invitations.ts';
import './calendar.ts';
import './saved-filters.ts';
import './tasks.ts';
import './bulk-tasks.ts';
import './subtasks.ts';
import './task-stream.ts';
import './projects.ts';
import './comments.ts';
import './project-stream.ts';
import './reminders.ts';
import './reminder-settings.ts';
import './reminder-stream.ts';
import './recurrences.ts';
import './events.ts';
import './activity.ts';
import './chat.ts';
import './executions.ts';
import './execution-stream.ts';
import './transfers.ts';
import { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';

const description =
  'The GraphQL API of Errand: tasks, projects, reminders, recurrences, chat and executions. Clients are authenticated with `Authorization: Bearer <token>`. Errors have a code in `extensions.code` and, for invalid input, the paths of the invalid values in `extensions.fields`.';

/** The API. Its text is schema.graphql. */
export const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), description });
