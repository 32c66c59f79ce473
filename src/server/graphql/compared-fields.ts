import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** Why comparing the fields of a document takes too long. */
export type Excess = 'COMPARISONS' | 'FRAGMENTS';

export const maxComparisons = 10_000;
/** Fields and spreads at all paths of the answer; those in fragments count at each path. */
export const maxExpanded = 50_000;

/**
 * Whether validation would compare too many fields: it compares each two fields at the same path of the answer. They
 * can be in one selection set, in its fragments, or in selection sets of fields that are repeated themselves. The
 * document must be valid otherwise: a cycle of fragments has no end.
 */
export function comparisonExcess({ definitions }: DocumentNode): Excess | null {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  const open = definitions.flatMap((node) =>
    'selectionSet' in node && node.selectionSet ? [[node.selectionSet]] : [],
  );
  let comparisons = 0;
  let expanded = 0;
  for (let sets = open.pop(); sets; sets = open.pop()) {
    const merged = mergedFields(sets, fragments);
    expanded += merged.expanded;
    if (expanded > maxExpanded) return 'FRAGMENTS';
    for (const fields of merged.byName.values()) {
      comparisons += (fields.length * (fields.length - 1)) / 2;
      if (comparisons > maxComparisons) return 'COMPARISONS';
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) open.push(below);
    }
  }
  return null;
}

type Fragments = ReadonlyMap<string, SelectionSetNode>;

/** The fields at one path by response name. A fragment adds its fields once, however often it is spread there. */
function mergedFields(sets: readonly SelectionSetNode[], fragments: Fragments) {
  const byName = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const open = [...sets];
  let expanded = 0;
  for (let set = open.pop(); set; set = open.pop()) {
    for (const node of set.selections) {
      expanded += 1;
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const known = byName.get(name);
        if (known) known.push(node);
        else byName.set(name, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        open.push(node.selectionSet);
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) open.push(fragment);
      }
    }
  }
  return { byName, expanded };
}
