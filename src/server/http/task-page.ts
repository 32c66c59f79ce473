import type { ServerResponse } from 'node:http';

/** What GraphiQL is opened with. The id is of base64url, so it cannot leave its quotes. */
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

/** Answers the link to a task that mails and webhooks carry. It says nothing of the task: the reader's token does. */
export function answerTask(res: ServerResponse, id: string): void {
  const location = `/graphql?${new URLSearchParams({ query: taskQuery(id) })}`;
  res.writeHead(302, { location, 'cache-control': 'no-store' }).end();
}
