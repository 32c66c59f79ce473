import { getIntrospectionQuery, type IntrospectionOptions } from 'graphql';

const options = [
  'descriptions',
  'specifiedByUrl',
  'directiveIsRepeatable',
  'schemaDescription',
  'inputValueDeprecation',
  'experimentalDirectiveDeprecation',
  'oneOf',
] as const satisfies (keyof IntrospectionOptions)[];

/** Everything that an introspection query can ask for. */
export const allOptions: IntrospectionOptions = Object.fromEntries(options.map((name) => [name, true]));

/** The queries with which tools read a schema, as [name, text]. */
export const introspectionQueries: readonly (readonly [string, string])[] = [
  ['graphql-js, GraphiQL, Apollo Sandbox, Postman', getIntrospectionQuery()],
  ['graphql-js with everything, Insomnia, Altair', getIntrospectionQuery(allOptions)],
  ['graphql-codegen', getIntrospectionQuery({ ...allOptions, descriptions: false })],
  ['GraphiQL, with input values', getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true })],
  [
    'the first step of Apollo Kotlin',
    `query PreIntrospectionQuery {
      schema: __type(name: "__Schema") { __typename fields { name args { name } } }
      type: __type(name: "__Type") { fields { name args { name } } }
      directive: __type(name: "__Directive") { fields { name args { name } } }
      field: __type(name: "__Field") { fields { name args { name } } }
      inputValue: __type(name: "__InputValue") { fields { name args { name } } }
    }`,
  ],
  [
    'Rover and older tools, without fragments',
    `query IntrospectionQuery {
      __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types {
          kind name description
          fields(includeDeprecated: true) {
            name description isDeprecated deprecationReason
            args { name description defaultValue type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
            type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
          }
          inputFields { name description defaultValue type { kind name ofType { kind name ofType { kind name } } } }
          interfaces { kind name ofType { name } }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { kind name }
        }
        directives { name description locations args { name description defaultValue type { kind name ofType { name } } } }
      }
    }`,
  ],
];
