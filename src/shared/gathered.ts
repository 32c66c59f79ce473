type Asked<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void };
type Run<Scope, Item, Result> = (scope: Scope, items: readonly Item[]) => Promise<readonly Result[]>;

/** A run is for as many at most. */
const maxGathered = 100;

/**
 * Work that one run does for many callers, such as a statement for many rows: what is asked for in one turn of the event
 * loop, and while another run is under way, is done by one run. If a run for several fails, it is repeated for each of
 * them alone, so that none fails because of another. @param run gives a result for each item, in their order.
 */
export function gathered<Scope extends object, Item, Result>(
  run: Run<Scope, Item, Result>,
): (scope: Scope, item: Item) => Promise<Result> {
  const lines = new WeakMap<Scope, Line<Item, Result>>();
  return (scope, item) => {
    const line = lines.get(scope) ?? new Line((items) => run(scope, items));
    lines.set(scope, line);
    return line.ask(item);
  };
}

class Line<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  #asked: Asked<Item, Result>[] = [];
  #isRunning = false;

  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.#run = run;
  }

  ask(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ item, resolve, reject });
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(() => void this.#runAll());
    });
  }

  async #runAll(): Promise<void> {
    while (this.#asked.length > 0) await this.#runFor(this.#asked.splice(0, maxGathered));
    this.#isRunning = false;
  }

  async #runFor(asked: readonly Asked<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(asked.map(({ item }) => item));
      for (const [index, { resolve }] of asked.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (asked.length > 1) await Promise.all(asked.map((one) => this.#runFor([one])));
      else asked[0]?.reject(error);
    }
  }
}
