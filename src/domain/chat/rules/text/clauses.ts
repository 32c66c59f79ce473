import type { Token } from './token.ts';
import { actionVerbs } from './vocabulary.ts';

/** Token ranges `[first, last]` to read separately, and their common head ("add three tasks:"). */
type Clauses = { shared: 'create' | null; ranges: [number, number][] };

const commands = new Set(
  'add create mark delete remove complete show list remind reschedule move finish check tick cancel undo rename set change update postpone new schedule'.split(
    ' ',
  ),
);
const dateWord =
  /^(?:@.*|tomorrow|today|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|am|pm|noon|midnight|week|month|weekend|\d{1,2}:\d{2}|\d{1,2}(?:st|nd|rd|th))$/;
const MOST = 50;

/** Splits a message into clauses: lists, "…; …", "… then add …", lines. Usually there is one clause. */
export function splitClauses(tokens: readonly Token[], text: string): Clauses {
  const whole: [number, number] = [0, tokens.length - 1];
  const lead = listLead(tokens);
  if (lead !== null) return { shared: 'create', ranges: listItems(tokens, lead, text) };
  const numbered = numberedItems(tokens, text);
  if (numbered.length > 1) return { shared: 'create', ranges: numbered };
  const cuts = cutsOf(tokens, text);
  if (cuts.length === 0 || cuts.length > MOST) return { shared: null, ranges: [whole] };
  return { shared: null, ranges: between(cuts, 0, tokens.length - 1) };
}

/** The index after "add three tasks:", "shopping list:", "todo: a; b"; null if the message is not a list. */
function listLead(tokens: readonly Token[]): number | null {
  const colon = tokens.findIndex((token) => token.canon === ':');
  if (colon < 1 || colon > 7 || colon === tokens.length - 1) return null;
  const head = tokens
    .slice(0, colon)
    .map((token) => token.canon)
    .join(' ');
  const after = tokens.slice(colon + 1);
  const several = after.some((token) => token.canon === ';' || token.canon === ',' || /^[•*-]$/.test(token.canon));
  if (!several) return null;
  if (
    /(?:^| )(?:list|tasks|todos|things to do|items)$/.test(head) &&
    !/^(?:show|find|delete|remove|complete|update|move|rename)/.test(head)
  )
    return colon + 1;
  return /^(?:task|todo|to do)$/.test(head) && after.some((token) => token.canon === ';') ? colon + 1 : null;
}

function listItems(tokens: readonly Token[], first: number, text: string): [number, number][] {
  const hasSemicolons = tokens.slice(first).some((token) => token.canon === ';');
  const cuts: [number, number][] = [];
  for (let index = first; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) continue;
    const separates = hasSemicolons
      ? token.canon === ';'
      : token.canon === ',' || (token.canon === 'and' && tokens.slice(index).every((later) => later.canon !== ','));
    if (separates) cuts.push([index, tokens[index + 1]?.canon === 'and' ? index + 1 : index]);
    else if (index > first && newLine(tokens, index, text)) cuts.push([index, index - 1]);
  }
  return between(cuts, first, tokens.length - 1);
}

/** "1. … 2. … 3. …" and bulleted lines. */
function numberedItems(tokens: readonly Token[], text: string): [number, number][] {
  if (tokens[0]?.canon !== '1' || !/^[.)]$/.test(tokens[1]?.canon ?? '')) return bulletedItems(tokens, text);
  const cuts: [number, number][] = [[0, 1]];
  for (let index = 2; index < tokens.length - 1; index++) {
    const marks =
      tokens[index]?.canon === String(cuts.length + 1) &&
      /^[.)]$/.test(tokens[index + 1]?.canon ?? '') &&
      tokens[index]?.end === tokens[index + 1]?.start;
    if (marks) cuts.push([index, index + 1]);
  }
  return cuts.length > MOST ? [] : between(cuts, 0, tokens.length - 1);
}

function bulletedItems(tokens: readonly Token[], text: string): [number, number][] {
  const bullet = /^(?:[-*•]|\[ ?\])$/;
  if (!bullet.test(tokens[0]?.raw ?? '')) return [];
  const cuts: [number, number][] = [[0, 0]];
  for (let index = 1; index < tokens.length; index++)
    if (bullet.test(tokens[index]?.raw ?? '') && newLine(tokens, index, text)) cuts.push([index, index]);
  return cuts.length > MOST ? [] : between(cuts, 0, tokens.length - 1);
}

function cutsOf(tokens: readonly Token[], text: string): [number, number][] {
  const cuts: [number, number][] = [];
  for (let index = 1; index < tokens.length - 1; index++) {
    const cut = cutAt(tokens, index, text);
    if (cut) cuts.push(cut);
  }
  return cuts;
}

/** Whether a new command starts here; the words that join the two belong to neither. */
function cutAt(tokens: readonly Token[], index: number, text: string): [number, number] | null {
  const [before, token, next] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (!before || !token || !next) return null;
  if (newLine(tokens, index, text) && opensClause(tokens, index)) return [index, index - 1];
  if (token.canon === ';' && opensClause(tokens, index + 1)) return [index, index];
  if (/^[.!]$/.test(token.canon) && opensClause(tokens, index + 1) && next.start > token.end && before.raw.length > 2)
    return [index, index];
  const then =
    token.canon === 'then' ? index : next.canon === 'then' && /^(?:and|,)$/.test(token.canon) ? index + 1 : -1;
  const command = commands.has(tokens[then + 1]?.canon ?? '');
  if (then >= 0 && command) return [index, then];
  if (!/^(?:and|,)$/.test(token.canon)) return null;
  const skip = token.canon === ',' && /^(?:and|also)$/.test(next.canon) ? index + 1 : index;
  if (datedPair(tokens, index, skip)) return [index, skip];
  return commands.has(tokens[0]?.canon ?? '') ? sameKind(tokens, index) : null;
}

/** "buy milk tomorrow and call mom on friday": each part has a date. */
function datedPair(tokens: readonly Token[], index: number, skip: number): boolean {
  if (!actionVerbs.has(tokens[skip + 1]?.canon ?? '') || !dateWord.test(tokens[index - 1]?.canon ?? '')) return false;
  return tokens.slice(skip + 2, skip + 40).some((token) => dateWord.test(token.canon));
}

/** ", and add …" after a command: both sides start with a command, and the second has content. */
function sameKind(tokens: readonly Token[], index: number): [number, number] | null {
  const skip =
    tokens[index]?.canon === ',' && /^(?:and|also)$/.test(tokens[index + 1]?.canon ?? '') ? index + 1 : index;
  const verb = tokens[skip + 1]?.canon ?? '';
  if (verb === 'remind' || verb === 'set' || !commands.has(verb) || tokens.length - skip < 4) return null;
  return commandLike(tokens, skip + 1) ? [index, skip] : null;
}

/** "… and mark it done", "… and delete the x task": certainly a command, not part of a title. */
function commandLike(tokens: readonly Token[], first: number): boolean {
  const rest = tokens
    .slice(first)
    .map((token) => token.canon)
    .join(' ');
  return (
    /^(?:add|create|new|delete|complete|mark|show|undo|rename|reschedule|postpone) /.test(rest) &&
    /^(?:mark .* (?:done|complete|completed)|(?:add|create|new) (?:a |an |another )?(?:new )?(?:task|todo|¤)|(?:delete|complete|show|rename|reschedule|postpone|add) )/.test(
      rest,
    )
  );
}

function opensClause(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.canon ?? '';
  return actionVerbs.has(word) || commands.has(word) || /^(?:i|please|task|todo|also)$/.test(word);
}

function newLine(tokens: readonly Token[], index: number, text: string): boolean {
  const [before, token] = [tokens[index - 1], tokens[index]];
  return before !== undefined && token !== undefined && /[\n\r]/.test(text.slice(before.end, token.start));
}

/** The ranges around the cuts; a cut `[from, to]` is left out itself (`to < from` leaves nothing out). */
function between(cuts: [number, number][], first: number, last: number): [number, number][] {
  const ranges: [number, number][] = [];
  let start = first;
  for (const [from, to] of cuts) {
    if (from > start) ranges.push([start, from - 1]);
    start = to + 1;
  }
  if (start <= last) ranges.push([start, last]);
  return ranges;
}
