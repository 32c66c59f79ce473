/** Why Errand cannot start, for the operator: one line per fault, each with what to do, and no stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  readonly faults: readonly string[];

  constructor(faults: string | readonly string[], options?: { cause?: unknown }) {
    const lines = typeof faults === 'string' ? [faults] : faults;
    super(lines.join('\n'), options);
    this.faults = lines;
  }
}
