import type { ProviderName, WebhookReader } from '../told.ts';
import { bitbucket } from './bitbucket.ts';
import { bitbucketServer } from './bitbucket-server.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';

/**
 * How a provider’s webhooks are verified and read.
 * @param now milliseconds since 1970: GitLab signs the time
 */
export function readerOf(provider: ProviderName, now: () => number = Date.now): WebhookReader {
  const readers = { github, gitlab: gitlab(now), bitbucket, 'bitbucket-server': bitbucketServer };
  return readers[provider];
}
