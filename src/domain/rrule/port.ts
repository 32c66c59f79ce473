/** The only file that imports the Temporal polyfill. */
export { Temporal } from 'temporal-polyfill';
