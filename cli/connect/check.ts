import type { Problem } from '../../shared/errors.ts';

/** One thing that a connection needs: `unknown` where nobody can tell, which fails nothing. */
export interface Check {
  check: string;
  state: 'ok' | 'missing' | 'unknown';
  /** What was found. */
  says: string;
  /** What to do next. */
  next?: string;
  problems?: Problem[];
}

export const ok = (check: string, says: string): Check => ({ check, state: 'ok', says });

export const missing = (check: string, says: string, next: string, problems?: Problem[]): Check => ({
  ...{ check, state: 'missing', says, next },
  ...(problems && { problems }),
});

export const unknown = (check: string, says: string, next?: string): Check => ({
  ...{ check, state: 'unknown', says },
  ...(next !== undefined && { next }),
});
