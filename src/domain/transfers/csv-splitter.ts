import { AppError } from '../../shared/errors.ts';

/** A row of CSV, the line on which it starts, its number of characters, and whether all of its values are quoted. */
export type CsvRow = { line: number; size: number; values: string[]; isQuoted: boolean };

/** Longer than any row of a task. An unclosed quote is detected here at the latest. */
const maxCharacters = 200_000;
const maxValues = 1_000;

type Options = {
  delimiter: string;
  /** Ignores spaces around values, so that a quote can follow a space. */
  isTrimmed?: boolean;
};

/** CLOSING and CLOSING_CR are after a quote that ends the value unless text follows. */
type State = 'START' | 'PLAIN' | 'QUOTED' | 'CLOSING' | 'CLOSING_CR';

/**
 * Splits text into rows (RFC 4180). Quotes within a value that does not begin with one are part of it. If text follows a
 * closing quote, both quotes are part of the value. @throws AppError `INVALID_INPUT` for a row beyond the limits.
 */
export class CsvSplitter {
  readonly #delimiter: string;
  readonly #isTrimmed: boolean;
  readonly #endOfPlain: RegExp;
  #state: State = 'START';
  #value = '';
  #line = 1;
  #row: CsvRow = emptyRow(1);

  constructor({ delimiter, isTrimmed = false }: Options) {
    this.#delimiter = delimiter;
    this.#isTrimmed = isTrimmed;
    this.#endOfPlain = new RegExp(`[\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]`, 'g');
  }

  /** The rows that end in this part of the text. */
  *write(text: string): Generator<CsvRow> {
    for (let at = 0; at < text.length; ) {
      const next = this.#readers[this.#state](text, at);
      this.#row.size += next - at;
      if (this.#row.size > maxCharacters) throw this.#broken(tooLong);
      if (this.#state === 'START' && next > at && text[next - 1] === '\n') yield this.#endRow();
      at = next;
    }
  }

  /** The last row, if no line break follows it. */
  *end(): Generator<CsvRow> {
    if (this.#state === 'QUOTED') throw this.#broken('has a quote that is not closed.');
    if (this.#row.size === 0) return;
    if (this.#state === 'CLOSING_CR') this.#reopen('\r');
    this.#endValue('');
    yield this.#endRow();
  }

  /** Each reads from a position on, and returns the position of the first character that it did not read. */
  readonly #readers: Record<State, (text: string, at: number) => number> = {
    START: (text, at) => {
      const character = text.charAt(at);
      if (this.#isTrimmed && character === ' ') return at + 1;
      this.#state = character === '"' ? 'QUOTED' : 'PLAIN';
      return character === '"' ? at + 1 : at;
    },
    PLAIN: (text, at) => {
      this.#endOfPlain.lastIndex = at;
      const end = this.#endOfPlain.exec(text)?.index ?? text.length;
      this.#value += text.slice(at, end);
      if (end === text.length) return end;
      this.#endValue(text.charAt(end));
      return end + 1;
    },
    QUOTED: (text, at) => {
      const quote = text.indexOf('"', at);
      const part = text.slice(at, quote === -1 ? text.length : quote);
      this.#value += part;
      this.#line += part.split('\n').length - 1;
      if (quote === -1) return text.length;
      this.#state = 'CLOSING';
      return quote + 1;
    },
    CLOSING: (text, at) => {
      const character = text.charAt(at);
      if (character === '"') {
        this.#value += '"';
        this.#state = 'QUOTED';
      } else if (character === '\r') this.#state = 'CLOSING_CR';
      else if (character === '\n' || character === this.#delimiter) this.#endValue(character);
      else if (!this.#isTrimmed || character !== ' ') return this.#reopen('', at);
      return at + 1;
    },
    CLOSING_CR: (text, at) => {
      if (text.charAt(at) !== '\n') return this.#reopen('\r', at);
      this.#endValue('\n');
      return at + 1;
    },
  };

  /** The quotes did not enclose the whole value, so they are part of it. */
  #reopen(rest: string, at = 0): number {
    this.#value = `"${this.#value}"${rest}`;
    this.#state = 'PLAIN';
    return at;
  }

  #endValue(end: string): void {
    const isPlain = this.#state !== 'CLOSING' && this.#state !== 'CLOSING_CR';
    if (isPlain) this.#row.isQuoted = false;
    const value = isPlain && end === '\n' ? this.#value.replace(/\r$/, '') : this.#value;
    this.#row.values.push(isPlain && this.#isTrimmed ? value.trim() : value);
    if (this.#row.values.length > maxValues) throw this.#broken(`has more than ${readable(maxValues)} values.`);
    this.#value = '';
    this.#state = 'START';
    if (end === '\n') this.#line += 1;
  }

  #endRow(): CsvRow {
    const row = this.#row;
    this.#row = emptyRow(this.#line);
    return row;
  }

  #broken(reason: string): AppError {
    return new AppError('INVALID_INPUT', `The row that starts on line ${this.#row.line} ${reason}`);
  }
}

const emptyRow = (line: number): CsvRow => ({ line, size: 0, values: [], isQuoted: true });
const readable = (count: number) => count.toLocaleString('en');
const tooLong = `is longer than ${readable(maxCharacters)} characters, or has a quote that is not closed.`;
