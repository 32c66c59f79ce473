import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql';
import { collectFields } from './collect-fields.ts';

/** Why comparing the fields of a document takes too long. */
type Excess = 'COMPARISONS' | 'FRAGMENTS';

export const maxComparisons = 10_000;
/** Fields and spreads at all paths of the answer; those in fragments count at each path. */
export const maxExpanded = 50_000;

/**
 * Whether validation would compare too many fields: it compares each pair of fields at the same path of the answer. They
 * can be in one selection set, in its fragments, or in selection sets of fields that are repeated themselves. The
 * document must be valid otherwise: a cycle of fragments has no end.
 */
export function comparisonExcess({ definitions }: DocumentNode): Excess | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const open = definitions.flatMap((node) =>
    'selectionSet' in node && node.selectionSet ? [[node.selectionSet]] : [],
  );
  let comparisons = 0;
  let expanded = 0;
  const count = () => {
    expanded += 1;
    return true;
  };
  for (let sets = open.pop(); sets; sets = open.pop()) {
    const merged = collectFields(sets, fragments, count);
    if (expanded > maxExpanded) return 'FRAGMENTS';
    for (const fields of merged.values()) {
      comparisons += (fields.length * (fields.length - 1)) / 2;
      if (comparisons > maxComparisons) return 'COMPARISONS';
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) open.push(below);
    }
  }
  return null;
}
