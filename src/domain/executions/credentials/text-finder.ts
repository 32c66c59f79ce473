import { randomInt } from 'node:crypto';
import type { Span } from './credential-spans.ts';

/**
 * Finds texts in another one by the automaton of Aho and Corasick (Efficient String Matching, CACM 1975). Searching takes
 * time by the length of what is searched alone, however many the texts are and whatever they have in common.
 */
export class TextFinder {
  /** A node is a beginning of a text; 0 is the empty one. The edges are a hash table with open addressing. */
  readonly #edgeKeys: Float64Array;
  readonly #edgeTargets: Int32Array;
  /** Of each node, the longest end of it that is a node as well. */
  readonly #fallbacks: Int32Array;
  /** Of each node, the length of the longest text that it ends with. */
  readonly #lengths: Int32Array;
  /** Random, so that nobody can choose texts whose edges all have the same place. */
  readonly #factors = [randomInt(2 ** 32) | 1, randomInt(2 ** 32) | 1] as const;
  readonly #placeBits: number;
  #nodes = 1;

  constructor(texts: readonly string[]) {
    const size = 1 + texts.reduce((sum, { length }) => sum + length, 0);
    this.#placeBits = Math.ceil(Math.log2(size * 1.5 + 1));
    this.#edgeKeys = new Float64Array(2 ** this.#placeBits);
    this.#edgeTargets = new Int32Array(2 ** this.#placeBits);
    this.#fallbacks = new Int32Array(size);
    this.#lengths = new Int32Array(size);
    this.#addAll(texts);
  }

  /** Every place where one of the texts is, by its end; of several with the same end, the longest. */
  find(text: string): Span[] {
    const found: Span[] = [];
    let node = 0;
    for (let end = 1; end <= text.length; end += 1) {
      node = this.#next(node, text.charCodeAt(end - 1));
      const length = this.#lengths[node] ?? 0;
      if (length > 0) found.push({ start: end - length, end });
    }
    return found;
  }

  /** All texts grow by one character at a time, so that the fallback of a node, which is shorter, is there before it. */
  #addAll(texts: readonly string[]): void {
    let growing = texts.filter((text) => text !== '').map((text) => ({ text, node: 0 }));
    for (let length = 1; growing.length > 0; length += 1) {
      for (const one of growing) {
        one.node = this.#child(one.node, one.text.charCodeAt(length - 1));
        if (one.text.length === length) this.#lengths[one.node] = length;
      }
      growing = growing.filter(({ text }) => text.length > length);
    }
  }

  #child(node: number, code: number): number {
    const place = this.#placeOf(node, code);
    const known = this.#edgeTargets[place];
    if (known) return known;
    const child = this.#nodes++;
    const fallback = node === 0 ? 0 : this.#next(this.#fallbacks[node] ?? 0, code);
    this.#fallbacks[child] = fallback;
    this.#lengths[child] = this.#lengths[fallback] ?? 0;
    this.#edgeKeys[place] = keyOf(node, code);
    this.#edgeTargets[place] = child;
    return child;
  }

  #next(node: number, code: number): number {
    for (let at = node; ; at = this.#fallbacks[at] ?? 0) {
      const target = this.#edgeTargets[this.#placeOf(at, code)];
      if (target || at === 0) return target ?? 0;
    }
  }

  /** Where this edge is in the table, or would be. */
  #placeOf(node: number, code: number): number {
    const key = keyOf(node, code);
    const [ofNode, ofCode] = this.#factors;
    let place = (Math.imul(node, ofNode) + Math.imul(code, ofCode)) >>> (32 - this.#placeBits);
    while (this.#edgeTargets[place] !== 0 && this.#edgeKeys[place] !== key) {
      place = (place + 1) % this.#edgeTargets.length;
    }
    return place;
  }
}

function keyOf(node: number, code: number): number {
  return node * 0x1_0000 + code;
}
