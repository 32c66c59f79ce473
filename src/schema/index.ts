import './scalars.ts';
import './members/users.ts';
import './members/erasures.ts';
import './members/invitations.ts';
import './tasks/calendar.ts';
import './tasks/saved-filters.ts';
import './tasks/tasks.ts';
import './tasks/bulk-tasks.ts';
import './tasks/subtasks.ts';
import './tasks/task-stream.ts';
import './projects/projects.ts';
import './tasks/comments.ts';
import './projects/project-stream.ts';
import './reminders/reminders.ts';
import './reminders/reminder-settings.ts';
import './reminders/reminder-stream.ts';
import './recurrences/recurrences.ts';
import './events/events.ts';
import './tasks/activity.ts';
import './chat/chat.ts';
import './executions/executions.ts';
import './executions/plans.ts';
import './executions/submissions.ts';
import './executions/execution-stream.ts';
import './executions/resolve-step.ts';
import './transfers/transfers.ts';
import { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';

const description =
  'The GraphQL API of Errand: tasks, projects, reminders, recurrences, chat and executions. Clients are authenticated with `Authorization: Bearer <token>`. Errors have a code in `extensions.code` and, for invalid input, the paths of the invalid values in `extensions.fields`.';

/** The API. Its text is schema.graphql. */
export const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), description });
