import type { App } from '../../app.ts';
import { publicUrl } from '../../config/public-url.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { unsubscribeToken } from './unsubscribe.ts';

/** Where a task can be looked at. */
export function taskLink(config: App['config'], taskId: string): string {
  return publicUrl(config.http, `/task/${encodeGlobalId('Task', taskId)}`);
}

/** Where a member turns their reminder mails off, without signing in. */
export function unsubscribeLink(
  { config, unsubscribeKey }: Pick<App, 'config' | 'unsubscribeKey'>,
  member: { tenantId: string; userId: string },
): string {
  return publicUrl(config.http, `/unsubscribe/${unsubscribeToken(unsubscribeKey, member)}`);
}
