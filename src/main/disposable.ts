/** Lets `await using` stop what has a `stop`. */
export function disposable<T extends { stop(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.stop() });
}
