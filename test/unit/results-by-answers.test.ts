import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, ResultsByAnswers } from '../../src/shared/results-by-answers.ts';

type Subject = { name: string; role: string; projects: readonly string[]; scopes: ReadonlySet<string> | null };

const nameOf = ({ name }: Subject) => name;
const roleOf = ({ role }: Subject) => role;

function subject(given: Partial<Subject>): Subject {
  return { name: 'a', role: 'MEMBER', projects: [], scopes: null, ...given };
}

/** Computes through the results, and counts how often it had to. */
function counting<T>(compute: (ask: Ask<Subject>) => T) {
  const results = new ResultsByAnswers<Subject, T>();
  const computed = { times: 0 };
  const resultFor = (of: Subject): T => {
    const known = results.find(of);
    if (known) return known.result;
    computed.times += 1;
    const { ask, keep } = results.asking(of);
    const result = compute(ask);
    keep(result);
    return result;
  };
  return { resultFor, computed };
}

describe('results by answers', () => {
  test('a computation that asks nothing is made once for everybody', () => {
    const { resultFor, computed } = counting(() => 'same');
    expect(['a', 'b', 'c'].map((name) => resultFor(subject({ name })))).toEqual(['same', 'same', 'same']);
    expect(computed.times).toBe(1);
  });

  test('those who answer alike share, whatever else differs', () => {
    const { resultFor, computed } = counting((ask) => ask(({ projects }) => projects.includes('p')));
    const sees = ['a', 'b'].map((name) => subject({ name, projects: ['p', name] }));
    const seesNot = ['c', 'd'].map((name) => subject({ name }));
    expect([...sees, ...seesNot].map(resultFor)).toEqual([true, true, false, false]);
    expect(computed.times).toBe(2);
  });

  test('sets with the same members are the same answer', () => {
    const { resultFor, computed } = counting((ask) => ask(({ scopes }) => scopes)?.size ?? -1);
    const scopes = [new Set(['a', 'b']), new Set(['b', 'a']), new Set(['a']), null];
    expect(scopes.map((each) => resultFor(subject({ scopes: each })))).toEqual([2, 2, 1, -1]);
    expect(computed.times).toBe(3);
  });

  test('what is asked of one only after an answer of theirs is not asked of the others', () => {
    const asked: string[] = [];
    const secretOf = ({ name }: Subject) => {
      asked.push(name);
      return name;
    };
    const { resultFor } = counting((ask) => (ask(roleOf) === 'ADMIN' ? ask(secretOf) : 'none'));
    expect(resultFor(subject({ name: 'x', role: 'ADMIN' }))).toBe('x');
    expect(resultFor(subject({ name: 'y' }))).toBe('none');
    expect(resultFor(subject({ name: 'z' }))).toBe('none');
    expect(asked).not.toContain('y');
    expect(asked).not.toContain('z');
  });

  test('computations that ask in different orders are not confused', () => {
    const results = new ResultsByAnswers<Subject, string>();
    const keepFor = (of: Subject, questions: ((subject: Subject) => unknown)[]) => {
      const { ask, keep } = results.asking(of);
      keep(questions.map((question) => ask(question)).join());
    };
    keepFor(subject({ name: 'a', role: 'b' }), [nameOf, roleOf]);
    keepFor(subject({ name: 'b', role: 'a' }), [roleOf, nameOf]);
    expect(results.find(subject({ name: 'a', role: 'b' }))).toMatchObject({ result: 'a,b' });
    expect(results.find(subject({ name: 'b', role: 'a' }))).toMatchObject({ result: 'a,b' });
    expect(results.find(subject({ name: 'b', role: 'b' }))).toBeNull();
    expect(results.find(subject({ name: 'a', role: 'a' }))).toBeNull();
  });
});

/** A random computation: it asks, and goes on by the answer, or ends. */
type Program = string | { asks: number; yes: Program; no: Program };

const questions: readonly ((subject: Subject) => boolean)[] = [
  ({ name }) => name > 'b',
  ({ role }) => role === 'ADMIN',
  ...['p', 'q'].map(
    (project) =>
      ({ projects }: Subject) =>
        projects.includes(project),
  ),
  ({ scopes }) => scopes?.has('s') ?? false,
];

const program = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'program' },
    fc.string({ maxLength: 3 }),
    fc.record({ asks: fc.nat(questions.length - 1), yes: tie('program'), no: tie('program') }),
  ),
})).program;

const subjects = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    role: fc.constantFrom('ADMIN', 'MEMBER'),
    projects: fc.subarray(['p', 'q']),
    scopes: fc.option(fc.subarray(['s', 't']).map((each) => new Set(each))),
  }),
  { maxLength: 30 },
);

/** `isFresh` asks by a new function each time, as a judge does. */
function run(of: Program, ask: Ask<Subject>, isFresh: boolean): string {
  if (typeof of === 'string') return of;
  const question = questions[of.asks] as (subject: Subject) => boolean;
  const answer = ask(isFresh ? (subject: Subject) => question(subject) : question);
  return run(answer ? of.yes : of.no, ask, isFresh);
}

test('a shared computation gives everybody what they would get alone', () => {
  fc.assert(
    fc.property(program, subjects, fc.boolean(), (of, all, isFresh) => {
      const { resultFor, computed } = counting((ask) => run(of, ask, isFresh));
      const alone = (one: Subject) => run(of, (question) => question(one), isFresh);
      expect(all.map(resultFor)).toEqual(all.map(alone));
      expect(computed.times).toBeLessThanOrEqual(all.length);
    }),
  );
});
