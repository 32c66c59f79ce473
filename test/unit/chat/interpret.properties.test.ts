import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/domain/chat/proposal.ts';
import { interpret, MAX_LENGTH } from '../../../src/domain/chat/rules/interpret.ts';
import { interpretReply } from '../../../src/domain/chat/rules/replies.ts';

const context = { now: new Date('2026-02-04T10:00:00Z'), timeZone: 'America/New_York' };
const words = fc.constantFrom(
  ...(
    'buy milk call mom delete all tasks mark done every monday tomorrow at 5pm 5 remind me before the 1 day p1 !! #work "quoted text" ' +
    "march 15 3/15 2026-03-15 in 2 hours and then show due overdue not don't never ? . , ; : - set priority of to high move until for 10 times 明日 morgen um Uhr"
  ).split(' '),
);
const sentences = fc.array(words, { maxLength: 25 }).map((list) => list.join(' '));
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  sentences,
);

function title(text: string): string | null {
  const [action] = interpret(text, context).actions;
  return action && 'title' in action ? action.title : null;
}

describe('any text', () => {
  it('gives a proposal, never an error', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const proposal = interpret(text, context);
        expect(proposal.actions.length).toBeGreaterThan(0);
        expect(proposal.confidence).toBeGreaterThanOrEqual(0);
        expect(proposal.confidence).toBeLessThanOrEqual(1);
        interpretReply(text, proposal.clarification, context);
      }),
      { numRuns: 500 },
    );
  });

  it('is explained by spans that lie inside it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const {
          span: [start, end],
        } of interpret(text, context).explanation) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same proposal twice, in plain JSON', () => {
    fc.assert(
      fc.property(sentences, (text) => {
        const proposal = interpret(text, context);
        expect(interpret(text, context)).toEqual(proposal);
        expect(JSON.parse(JSON.stringify(proposal))).toEqual(proposal);
      }),
    );
  });

  it('never runs a deletion, an execution or a bulk change in one step', () => {
    const risky = (action: Action) =>
      /delete|run_execution|cancel_execution/.test(action.intent) ||
      ('target' in action && action.target !== null && 'all' in action.target && action.target.all);
    fc.assert(
      fc.property(sentences, (text) => {
        const proposal = interpret(text, context);
        if (proposal.actions.some(risky)) expect(proposal.requiresConfirmation).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is never completed or deleted from a question or a negation', () => {
    const lead = fc.constantFrom(
      'should I',
      'did I',
      'have we',
      'is it time to',
      'when do I',
      'why did you',
      "don't",
      'do not',
      'please never',
      "I didn't",
    );
    const verb = fc.constantFrom('delete', 'complete', 'remove', 'finish', 'mark done');
    fc.assert(
      fc.property(
        lead,
        verb,
        fc.array(fc.constantFrom('the', 'report', 'milk', 'task', 'all', 'tasks', 'everything'), {
          minLength: 1,
          maxLength: 5,
        }),
        (start, change, rest) => {
          const { actions } = interpret(`${start} ${change} ${rest.join(' ')}`, context);
          expect(actions.map(({ intent }) => intent)).not.toContain('delete_task');
          expect(actions.map(({ intent }) => intent)).not.toContain('complete_task');
        },
      ),
    );
  });
});

describe('what is no token', () => {
  const literals = fc.constantFrom(
    'C#',
    'F#',
    '#42',
    '#123',
    'tomorrow@monday.example',
    'https://example.com/p1?due=tomorrow#friday',
    'v1.2.3',
    '10.0.3',
    'www.monday.com',
  );

  it.each(['C#', 'C++', '#42', 'bob@friday.example', 'https://example.com/#today', 'v2.3.1', '1.2.3'])(
    '%s stays in the title',
    (literal) => {
      expect(title(`create a task to read ${literal}`)).toBe(`read ${literal}`);
      expect(title(`read about ${literal} tomorrow`)).toBe(`read about ${literal}`);
    },
  );

  it('gives no tag, date or priority', () => {
    fc.assert(
      fc.property(literals, (literal) => {
        const [action] = interpret(`check ${literal}`, context).actions;
        expect(action).toMatchObject({
          intent: 'create_task',
          title: `check ${literal}`,
          due: null,
          tags: [],
          priority: null,
        });
      }),
    );
  });

  it('includes everything between quotation marks', () => {
    const inner = fc
      .array(
        words.filter((word) => !/["']/.test(word)),
        { minLength: 1, maxLength: 8 },
      )
      .map((list) => list.join(' ').trim())
      .filter((text) => /\w/.test(text));
    fc.assert(
      fc.property(inner, (text) => {
        expect(title(`add task "${text}"`)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the longest text', () => {
  const repeat = (text: string) => text.repeat(Math.ceil(MAX_LENGTH / text.length)).slice(0, MAX_LENGTH);
  const seeds = [
    'a',
    ' ',
    '"',
    '“',
    '#a ',
    '1 ',
    'at 5 ',
    'in 2 days ',
    'every monday and ',
    'mark a done ',
    'a.',
    '明',
    '; ',
    'from 9 to ',
    'make the x to ',
    '1 day before ',
    'march 15, ',
  ];

  it('is read, whatever it repeats', () => {
    for (const seed of seeds) expect(interpret(repeat(seed), context).actions.length).toBeGreaterThan(0);
  });

  it('is the longest that is read', () => {
    expect(interpret('a'.repeat(MAX_LENGTH + 1), context).actions).toEqual([
      { intent: 'out_of_scope', reason: 'TOO_LONG' },
    ]);
  });

  // Work is counted, not time: what the rules look at may grow with the text only in proportion.
  it('costs in proportion to its length', () => {
    const exec = RegExp.prototype.exec;
    const work = (text: string) => {
      let calls = 0;
      RegExp.prototype.exec = function counted(this: RegExp, input: string) {
        calls += 1;
        return exec.call(this, input);
      };
      try {
        interpret(text, context);
      } finally {
        RegExp.prototype.exec = exec;
      }
      return calls;
    };
    for (const seed of seeds) {
      const [half, whole] = [work(repeat(seed).slice(0, MAX_LENGTH / 2)), work(repeat(seed))];
      expect(whole, seed).toBeLessThan(half * 2.5 + 500);
    }
  });
});
