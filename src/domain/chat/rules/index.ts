export { type Context, interpret, MAX_LENGTH } from './interpret.ts';
export { interpretReply, type Reply } from './replies.ts';
