// A tour of Errand in one minute: a task, a reminder that arrives, a sentence, an execution, all seen live in one
// subscription. Run it beside `npm start`: it reads the token from ERRAND_HOME (.errand unless set).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2] ?? 'http://localhost:4000/graphql';
const token = readFileSync(join(process.env.ERRAND_HOME ?? '.errand', 'owner-token'), 'utf8').trim();
const authorization = `Bearer ${token}`;

/** One request; a GraphQL error ends the tour. */
async function ask(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

/** Prints every event of the log as it comes, and tells when one of a type has come. */
function watchLog() {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
  const waiting = new Map();
  const seen = new Set();
  const came = (type) => {
    seen.add(type);
    waiting.get(type)?.();
  };
  const until = (type) => (seen.has(type) ? Promise.resolve() : new Promise((resolve) => waiting.set(type, resolve)));
  const query = 'subscription { eventAppended { __typename ... on Event { type after } } }';
  const stop = client.subscribe(
    { query },
    {
      next: ({ data: { eventAppended: event } }) => {
        if (event.type) console.log(`   · ${event.type}  ${event.after?.title ?? event.after?.text ?? ''}`);
        came(event.type ?? event.__typename);
      },
      error: (error) => {
        throw error;
      },
      complete: () => client.dispose(),
    },
  );
  return { until, stop };
}

const log = watchLog();
await log.until('StreamReady');

console.log('A task:');
const { createTask } = await ask('mutation { createTask(input: { title: "Water the plants" }) { task { id } } }');
await log.until('TASK_CREATED');

console.log('A reminder, in two seconds:');
await ask(
  'mutation ($task: ID!, $at: DateTime!) { createReminder(input: { taskId: $task, trigger: ABSOLUTE, at: $at }) { changeId } }',
  { task: createTask.task.id, at: new Date(Date.now() + 2_000).toISOString() },
);

console.log('A sentence: "Buy milk tomorrow at 5pm, high priority #home"');
const { startConversation } = await ask('mutation { startConversation { conversation { id } } }');
const { sendMessage } = await ask(
  'mutation ($id: ID!, $text: String!) { sendMessage(conversationId: $id, text: $text) { reply { text } } }',
  { id: startConversation.conversation.id, text: 'Buy milk tomorrow at 5pm, high priority #home' },
);
console.log(`   ${sendMessage.reply.text}`);

console.log('An execution: ask this server for its health, wait a second, check the answer');
const plan = {
  steps: [
    { name: 'health', type: 'http', input: { method: 'GET', url: new URL('/healthz', url).href } },
    { name: 'pause', type: 'wait', input: { seconds: 1 } },
    { name: 'check', type: 'validate', input: { checks: [{ step: 'health', path: 'status', equals: 200 }] } },
  ],
};
const { submitExecution } = await ask(
  'mutation ($plan: JSON!) { submitExecution(input: { plan: $plan, waitSeconds: 15, allowDuplicate: true }) { execution { status } } }',
  { plan },
);
console.log(`   ${submitExecution.execution.status}`);

await log.until('REMINDER_SENT');
console.log('The reminder was sent: npm start has said where mail lies.');
log.stop();
