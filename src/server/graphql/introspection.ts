import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { AppError } from '../../shared/errors.ts';
import { collectFields, type FieldsByKey, isIncluded } from './collect-fields.ts';

/** What the root fields of a query return that asks for the schema. */
export type Introspected = {
  /** The response keys of all root fields, in their order. */
  keys: readonly string[];
  /** The values of the introspection fields, by their response keys. */
  values: ReadonlyMap<string, unknown>;
  /** The size of the values as JSON. */
  bytes: number;
};

type Options = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
  maxBytes: number;
};

/**
 * Answers the root fields `__schema` and `__type`. A schema refers to the same types repeatedly, and what a selection
 * returns for one of them is made once. graphql-js makes it at each place: the usual query takes it 50 ms.
 * @throws AppError `QUERY_TOO_EXPENSIVE` as soon as the answer exceeds `maxBytes`.
 */
export function introspect(options: Options): Introspected {
  const introspection = new Introspection(options);
  const roots = introspection.collect([options.operation.selectionSet]);
  const values = new Map<string, unknown>();
  for (const [key, nodes] of roots) {
    const field = rootFields.get(nodes[0]?.name.value ?? '');
    if (field) values.set(key, introspection.answer(nodes, field));
  }
  return { keys: [...roots.keys()], values, bytes: introspection.bytes };
}

type Field = GraphQLField<unknown, unknown>;
type Answer = { value: unknown; bytes: number };
type Resolve = (source: unknown) => Answer;

const rootFields = new Map<string, Field>([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

class Introspection {
  readonly #options: Options;
  #bytes = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  collect(sets: readonly SelectionSetNode[]): FieldsByKey {
    const { fragments, variables } = this.#options;
    return collectFields(sets, fragments, (node) => isIncluded(node, variables));
  }

  answer(nodes: readonly FieldNode[], field: Field): unknown {
    return this.#field(nodes, field, null)(undefined).value;
  }

  #field(nodes: readonly FieldNode[], field: Field, parentType: GraphQLObjectType | null): Resolve {
    const { schema, variables } = this.#options;
    const args = getArgumentValues(field, nodes[0] as FieldNode, variables);
    const info = { schema, parentType } as GraphQLResolveInfo;
    const type = getNamedType(field.type);
    const below = isObjectType(type)
      ? this.#object(
          nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
          type,
        )
      : null;
    return (source) => this.#complete(field.resolve?.(source, args, null, info), below);
  }

  /** What a selection returns for an object of the schema. Its fields are collected when the first is asked for. */
  #object(sets: readonly SelectionSetNode[], type: GraphQLObjectType): Resolve {
    const known = new Map<unknown, Answer>();
    let fields: [string, Resolve][] | null = null;
    return (source) => {
      const earlier = known.get(source);
      if (earlier) return this.#counted(earlier);
      fields ??= this.#fieldsOf(sets, type);
      const value: Record<string, unknown> = Object.create(null);
      let bytes = 0;
      for (const [key, resolve] of fields) {
        const part = resolve(source);
        value[key] = part.value;
        bytes += part.bytes + this.#count(key.length + 4);
      }
      const answer = { value, bytes };
      known.set(source, answer);
      return answer;
    };
  }

  #fieldsOf(sets: readonly SelectionSetNode[], type: GraphQLObjectType): [string, Resolve][] {
    const definitions = type.getFields();
    return [...this.collect(sets)].flatMap(([key, nodes]): [string, Resolve][] => {
      const name = nodes[0]?.name.value ?? '';
      const field = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : definitions[name];
      return field ? [[key, this.#field(nodes, field, type)]] : [];
    });
  }

  #complete(value: unknown, below: Resolve | null): Answer {
    if (Array.isArray(value)) {
      const parts = value.map((item) => this.#complete(item, below));
      return { value: parts.map((part) => part.value), bytes: parts.reduce((sum, part) => sum + part.bytes, 0) };
    }
    if (below && value !== null && value !== undefined) return below(value);
    return this.#counted({ value: value ?? null, bytes: typeof value === 'string' ? Buffer.byteLength(value) + 3 : 6 });
  }

  #counted(answer: Answer): Answer {
    this.#count(answer.bytes);
    return answer;
  }

  #count(bytes: number): number {
    this.#bytes += bytes;
    if (this.#bytes > this.#options.maxBytes) throw tooLarge(this.#options.maxBytes);
    return bytes;
  }
}

function tooLarge(maxBytes: number): AppError {
  const message = `The introspection returns more than ${maxBytes} bytes, which is the limit.`;
  return new AppError('QUERY_TOO_EXPENSIVE', `${message} Ask for fewer types or fields at once.`);
}
