import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';
import { isShared } from '../../events/shared-judge.ts';
import type { RequestContext } from '../../resolvers/context.ts';
import { createLoaders, type Loaders } from '../../resolvers/loaders.ts';
import type { Item } from '../../resolvers/subscriptions.ts';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { Momentary } from '../../shared/momentary.ts';
import { ResultsByAnswers } from '../../shared/results-by-answers.ts';
import { askedContext, ownContext } from './asked-context.ts';
import { toClientResult } from './client-errors.ts';
import type { RunOperation } from './compile-operation.ts';
import { payloadVariables } from './payload-variables.ts';

/** A payload of a subscription: its result as JSON, which all transports send unchanged. */
export type Payload = { text: string; cursor: string | null };

/** Makes the payload of an item of its subscription. */
export type MakePayload = (item: unknown) => Payload | Promise<Payload>;

type Shared = {
  results: ResultsByAnswers<RequestContext, Payload>;
  /** Settled when the first payload is made; the others wait for it, because most of them get the same. */
  first: Promise<unknown> | null;
};

/**
 * Makes the payloads of all subscriptions. Subscriptions with equal documents and variables that get the same item have the
 * same payload if all that its resolvers read of the subscriber is the same: the operation is executed once for all of
 * them, and its result is written as JSON once.
 */
export class Payloads {
  readonly #execute: RunOperation;
  readonly #shared = new WeakMap<object, Map<string, Shared>>();
  /** Payloads of one event share its loaders, so that related objects are read once for all of them. */
  readonly #loaders = new Momentary<object, Loaders>();
  readonly #documents = new WeakMap<DocumentNode, { id: number; variables: string[] }>();
  #lastDocument = 0;

  constructor(execute: RunOperation) {
    this.#execute = execute;
  }

  /** @param args What the subscription executes for each of its items. */
  of(args: ExecutionArgs, context: RequestContext): MakePayload {
    const key = this.#keyOf(args);
    return (item) => this.#payloadOf(item as Item, { key, args, context });
  }

  #payloadOf(item: Item, subscription: Subscription): Payload | Promise<Payload> {
    const { args, context } = subscription;
    if (!isShared(item))
      return this.#make(
        item,
        args,
        ownContext(context, () => this.#loadersOf(item, context)),
      );
    const shared = this.#sharedBy(item, subscription.key);
    const known = shared.results.find(context);
    if (known) return known.result;
    if (shared.first) return this.#payloadAfter(shared.first, { item, subscription, shared });
    const payload = this.#makeShared(item, subscription, shared);
    if (payload instanceof Promise) shared.first = payload.catch(() => {});
    return payload;
  }

  async #payloadAfter(first: Promise<unknown>, { item, subscription, shared }: Making): Promise<Payload> {
    await first;
    return shared.results.find(subscription.context)?.result ?? this.#makeShared(item, subscription, shared);
  }

  #makeShared(item: Item, { args, context }: Subscription, { results }: Shared): Payload | Promise<Payload> {
    const { ask, keep } = results.asking(context);
    const asked = askedContext(context, { ask, loaders: () => this.#loadersOf(item, context) });
    const keeping = (payload: Payload) => {
      keep(payload);
      return payload;
    };
    const payload = this.#make(item, args, asked);
    return payload instanceof Promise ? payload.then(keeping) : keeping(payload);
  }

  #make(item: Item, args: ExecutionArgs, contextValue: RequestContext): Payload | Promise<Payload> {
    const result = this.#execute({ ...args, rootValue: item, contextValue });
    if (!(result instanceof Promise)) return toPayload(result, item, contextValue);
    return result.then((settled) => toPayload(settled, item, contextValue));
  }

  #loadersOf(item: Item, { app }: RequestContext): Loaders {
    return this.#loaders.of(item.event ?? item, () => createLoaders(app));
  }

  #sharedBy(item: Item, key: string): Shared {
    const byKey = this.#shared.get(item) ?? new Map<string, Shared>();
    const shared = byKey.get(key) ?? { results: new ResultsByAnswers(), first: null };
    this.#shared.set(item, byKey.set(key, shared));
    return shared;
  }

  /** Equal for subscriptions whose payloads can be the same. */
  #keyOf({ document, variableValues }: ExecutionArgs): string {
    let known = this.#documents.get(document);
    if (!known) {
      this.#lastDocument += 1;
      known = { id: this.#lastDocument, variables: payloadVariables(document) };
      this.#documents.set(document, known);
    }
    const { id, variables } = known;
    return id + JSON.stringify(Object.fromEntries(variables.map((name) => [name, variableValues?.[name]])));
  }
}

type Subscription = { key: string; args: ExecutionArgs; context: RequestContext };
type Making = { item: Item; subscription: Subscription; shared: Shared };

function toPayload(result: ExecutionResult, { cursor: position }: Item, context: RequestContext): Payload {
  const shown = toClientResult(result, {
    log: context.app.log,
    get requestId() {
      return context.requestId;
    },
  });
  if (!position) return { text: JSON.stringify(shown), cursor: null };
  const cursor = encodeStreamCursor(position);
  return { text: JSON.stringify({ ...shown, extensions: { cursor } }), cursor };
}
