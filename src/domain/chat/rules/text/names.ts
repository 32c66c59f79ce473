import { words } from './dictionary.ts';

export const weekdayNames = words('monday tuesday wednesday thursday friday saturday sunday');
export const monthNames = words(
  'january february march april may june july august september october november december',
);
