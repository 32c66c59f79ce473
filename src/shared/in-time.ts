/** The result of work, or what `late` gives or throws if there is none by then. Nobody waits for the work any more. */
export async function inTime<T>(work: Promise<T>, ms: number, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, waited.then(late)]).finally(() => clearTimeout(timer));
}
