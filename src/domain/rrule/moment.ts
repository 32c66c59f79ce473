/** The date of an occurrence: a day of an all-day series, or an instant of a timed one. */
export type Moment = { kind: 'DATE'; date: string } | { kind: 'INSTANT'; instant: Date };

export function instantMoment(instant: Date): Moment {
  return { kind: 'INSTANT', instant };
}
