/** Whether something is there. `deleted`: for a while it can be brought back. `denied`: this function may not know. */
export type Presence = 'there' | 'missing' | 'deleted' | 'denied';

/** Whether AWS refused because the role may not: the services do not agree on one name for it. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error && /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(error.name);
