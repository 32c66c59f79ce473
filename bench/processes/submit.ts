import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { answerQuestions } from '../harness/answer.ts';

/** Who submits where. */
type Target = { url: string; token: string };

export type SubmitQuestion =
  /** Submits no-op plans for a while, as fast as so many callers can. */
  | ({ kind: 'while'; ms: number; callers: number } & Target)
  /** Submits so many, one each `everyMs`, whether or not those before were answered. */
  | ({ kind: 'paced'; count: number; everyMs: number } & Target);

/** When each plan was sent, in milliseconds of the system's clock, and the name of its step. */
export type Sent = { step: string; atMs: number };

const mutation = `mutation Submit($input: SubmitExecutionInput!) {
  submitExecution(input: $input) { deduplicated execution { id status } }
}`;

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
let submitted = 0;

answerQuestions(
  (question: SubmitQuestion): Promise<Sent[]> =>
    question.kind === 'while' ? submitWhile(question) : submitPaced(question),
  () => agent.destroy(),
);

async function submitWhile({ ms, callers, ...target }: Extract<SubmitQuestion, { kind: 'while' }>): Promise<Sent[]> {
  const until = performance.now() + ms;
  const sent: Sent[] = [];
  const submitAgain = async () => {
    while (performance.now() < until) sent.push(await submit(target));
  };
  await Promise.all(Array.from({ length: callers }, submitAgain));
  return sent;
}

async function submitPaced({ count, everyMs, ...target }: Extract<SubmitQuestion, { kind: 'paced' }>): Promise<Sent[]> {
  const startedAt = performance.now();
  const sending: Promise<Sent>[] = [];
  for (let number = 0; number < count; number += 1) {
    await delay(Math.max(0, startedAt + number * everyMs - performance.now()));
    sending.push(submit(target));
  }
  return Promise.all(sending);
}

/** Every plan is another one, so that each is looked up as a possible duplicate and none is. */
async function submit(target: Target): Promise<Sent> {
  submitted += 1;
  const step = `step_${process.pid}_${submitted}`;
  const input = { plan: { steps: [{ name: step, type: 'wait', input: { seconds: 0 } }] } };
  const atMs = performance.timeOrigin + performance.now();
  const answer = await post(target, JSON.stringify({ query: mutation, variables: { input } }));
  if (!answer.includes('"deduplicated":false')) throw new Error(`The server answered: ${answer.slice(0, 2_000)}`);
  return { step, atMs };
}

function post({ url, token }: Target, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/graphql`, { agent, method: 'POST', headers }, (res) =>
      text(res).then(resolve, reject),
    );
    asked.on('error', reject).end(body);
  });
}
