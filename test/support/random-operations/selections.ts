import {
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { isRequired } from '../schema-walk.ts';
import type { Choose } from './choose.ts';
import type { Place } from './variables.ts';

type Field = GraphQLField<unknown, unknown>;
/** A field with its alias and arguments, to which another selection can be added. */
type Head = { text: string; field: Field };
type Fragment = { name: string; type: GraphQLCompositeType; text: string };

export type SelectionParts = {
  schema: GraphQLSchema;
  choose: Choose;
  /** A literal in which variables may stand. */
  value: (place: Place) => string;
};

/** Writes selections: aliases, fields selected twice, inline and named fragments, @skip and @include. */
export function createSelections({ schema, choose, value }: SelectionParts) {
  const fragments: Fragment[] = [];
  const hasConditions = choose.percent(40);
  /** What each response name stands for. */
  const named = new Map<string, string>();
  const heads = new Map<GraphQLCompositeType, Head[]>();

  function selection(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + choose.below(4);
    return `{ ${Array.from({ length: count }, () => part(type, depth)).join(' ')} }`;
  }

  function part(type: GraphQLCompositeType, depth: number): string {
    const dice = choose.below(100);
    if (dice < 66) return fieldOf(type, depth);
    if (dice < 76) return `__typename${condition()}`;
    if (depth === 0) return '__typename';
    return dice < 88 ? inline(type, depth) : spread(type, depth);
  }

  function fieldOf(type: GraphQLCompositeType, depth: number): string {
    if (isUnionType(type)) return depth > 0 ? inline(type, depth) : '__typename';
    const known = heads.get(type) ?? [];
    if (known.length > 0 && depth > 0 && choose.percent(12)) return withSelection(choose.pick(known), depth);
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    if (fields.length === 0) return '__typename';
    const head = headOf(choose.pick(fields));
    heads.set(type, [...known, head]);
    return withSelection(head, depth);
  }

  function withSelection({ text, field }: Head, depth: number, conditions = condition()): string {
    const type = getNamedType(field.type);
    return `${text}${conditions}${isCompositeType(type) ? ` ${selection(type, depth - 1)}` : ''}`;
  }

  function headOf(field: Field): Head {
    const args = argumentsOf(field);
    const meaning = `${field.name}${args}: ${field.type}`;
    const isFree = !named.has(field.name) || named.get(field.name) === meaning;
    const responseName = isFree && !choose.percent(15) ? field.name : `a${named.size}`;
    named.set(responseName, meaning);
    return { text: `${responseName === field.name ? '' : `${responseName}: `}${field.name}${args}`, field };
  }

  function argumentsOf({ name: fieldName, args }: Field): string {
    const given = args.filter((arg) => isRequired(arg) || choose.percent(55));
    if (given.length === 0) return '';
    const written = given.map(({ name, type, defaultValue }) => {
      return `${name}: ${value({ name: `${fieldName} ${name}`, type, hasDefault: defaultValue !== undefined })}`;
    });
    return `(${written.join(', ')})`;
  }

  /** Mostly none, and in most operations none at all: those with conditions are never compiled. */
  function condition(): string {
    if (!hasConditions || !choose.percent(25)) return '';
    const place = { name: 'if', type: new GraphQLNonNull(GraphQLBoolean) };
    const both = choose.percent(10) ? ['skip', 'include'] : [choose.pick(['skip', 'include'])];
    return both.map((name) => ` @${name}(if: ${value(place)})`).join('');
  }

  function inline(type: GraphQLCompositeType, depth: number): string {
    if (choose.percent(15) && !isUnionType(type)) return `...${condition()} ${selection(type, depth - 1)}`;
    const inner = choose.pick(overlapping(type));
    return `... on ${inner.name}${condition()} ${selection(inner, depth - 1)}`;
  }

  function spread(type: GraphQLCompositeType, depth: number): string {
    const types = overlapping(type);
    const known = fragments.filter((fragment) => types.includes(fragment.type));
    const { name } = known.length > 0 && choose.percent(40) ? choose.pick(known) : declare(choose.pick(types), depth);
    return `...${name}${condition()}`;
  }

  function declare(type: GraphQLCompositeType, depth: number): Fragment {
    const body = selection(type, depth - 1);
    const name = `F${fragments.length}`;
    const fragment = { name, type, text: `fragment ${name} on ${type.name} ${body}` };
    fragments.push(fragment);
    return fragment;
  }

  /** The types that a fragment may have inside this one. */
  function overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const interfaces = objects.flatMap((object) => (isObjectType(object) ? object.getInterfaces() : []));
    return [...new Set<GraphQLCompositeType>([type, ...objects, ...interfaces])];
  }

  return { selection, headOf, withSelection, fragments: fragments as readonly Fragment[] };
}
