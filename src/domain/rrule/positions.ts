/**
 * BYSETPOS: the places in a period of this many times that are at these positions from the start (1) or the end (-1),
 * ascending. All places without positions.
 */
export function pickPositions(length: number, positions: readonly number[]): number[] {
  if (positions.length === 0) return Array.from({ length }, (_, place) => place);
  const places = positions.map((position) => (position > 0 ? position - 1 : length + position));
  return [...new Set(places)].filter((place) => place >= 0 && place < length).sort((a, b) => a - b);
}
