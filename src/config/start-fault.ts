/** What keeps Errand from starting, said to the operator: one line per fault, each with what to do. Never a stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  readonly faults: readonly string[];

  constructor(faults: string | readonly string[], options?: { cause?: unknown }) {
    const lines = typeof faults === 'string' ? [faults] : faults;
    super(lines.join('\n'), options);
    this.faults = lines;
  }
}
