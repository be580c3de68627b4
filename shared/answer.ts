import { formatProblem } from './errors.ts';
import type { Outcome, Parked } from './outcome.ts';

/**
 * Answers a state's task token with the outcome of its step. The names are the
 * machine's vocabulary: its Retry and Catch go by them. Why it happened is in the
 * deployment's row; the state carries only one line of it.
 */
export async function answer(token: string, step: string, outcome: Exclude<Outcome, Parked>): Promise<void> {
  const { answerFailure, answerSuccess } = await import('./aws/engine.ts');
  const fail = (error: string, reason: string) => answerFailure(token, error, { step, reason: reason.slice(0, 500) });
  switch (outcome.outcome) {
    case 'done':
      return answerSuccess(token, {});
    case 'refused':
      return fail('Refused', outcome.problems.map(formatProblem).join('; '));
    case 'superseded':
      return fail('Superseded', `by ${outcome.by}`);
    case 'failed':
      return fail('Failed', `${outcome.code} ${outcome.reason}`);
    case 'ended':
      return fail('Ended', outcome.reason);
  }
}
