import type { ServerResponse } from 'node:http';

/** The operation that GraphiQL opens with. The id is base64url, so it cannot end the quotes. */
function taskQuery(id: string): string {
  return `{
  task(id: "${id}") {
    title
    notes
    status
    priority
    due { date at timeZone }
    reminders { trigger channel status remindAt }
  }
}
`;
}

/**
 * Handles the link to a task in e-mails and webhooks. The page contains no data of the task: GraphiQL loads it with the
 * reader's token.
 */
export function answerTask(res: ServerResponse, id: string): void {
  const location = `/graphql?${new URLSearchParams({ query: taskQuery(id) })}`;
  res.writeHead(302, { location, 'cache-control': 'no-store' }).end();
}
