import { deployment } from '../../shared/answers/history.ts';
import { refusal } from '../../shared/answers/refusal.ts';
import { readQuestion } from '../../shared/answers/request.ts';
import type { ApiAnswer } from '../../shared/api.ts';

/**
 * How one deployment stands: all that somebody's CI needs to wait for it. Whoever may call this one and not the api
 * can change nothing, and read no more than that.
 */
export async function handler(event: unknown): Promise<ApiAnswer<'deployment'>> {
  const question = readQuestion(event);
  if ('refused' in question) return question.refused;
  const { asked } = question;
  if (asked.action !== 'deployment')
    return refusal('ACTION_UNKNOWN', `${asked.action} is not answered here`, 'deployment, or the function api');
  return deployment(asked);
}
