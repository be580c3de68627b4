import type { ApiAction, ApiAnswer, ApiRequest } from '../shared/api.ts';
import { type Connection, clientConfig } from './connection.ts';
import { printable, printableLines } from './io.ts';
import { type Refused, refused } from './result.ts';
import { ApiBroken } from './trouble.ts';

/** Pilotage's own function, which knows every pilot. */
export interface Api {
  /** @throws when AWS cannot be reached, or the function breaks down. */
  ask<Action extends ApiAction>(request: Extract<ApiRequest, { action: Action }>): Promise<ApiAnswer<Action>>;
}

/**
 * The api of a stack, invoked with the caller's credentials.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function lambdaApi(functionName: string, connection: Connection): Promise<Api> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(clientConfig(connection));
  return {
    async ask<Action extends ApiAction>(request: Extract<ApiRequest, { action: Action }>) {
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
      );
      const text = Payload?.transformToString() ?? '';
      if (FunctionError) throw new ApiBroken(functionName, reasonIn(text));
      return shown(JSON.parse(text)) as ApiAnswer<Action>;
    },
  };
}

/** A manifest or a configuration is compared before any of it is shown; what a command wrote may be meant for another program. */
const AS_IT_IS = ['manifest', 'configuration', 'stdout', 'stderr'];

/** What a build’s commands wrote stands on lines of its own in the reason why a deployment failed. */
const IN_LINES = 'failure';

/** All other texts of an answer without what could steer a terminal. */
function shown(value: unknown, clean = printable): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((inner) => shown(inner, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      AS_IT_IS.includes(key) ? inner : shown(inner, key === IN_LINES ? printableLines : clean),
    ]),
  );
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { errorMessage?: string }).errorMessage ?? text.slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}

/** What the api refuses is a question about something that does not exist. */
export function refusedByApi({ code, message, expected }: Extract<ApiAnswer<ApiAction>, { ok: false }>): Refused {
  const hint = code === 'ENVIRONMENT_UNKNOWN' ? 'choose it with --env' : undefined;
  return refused(2, { code, message, ...(expected && { expected }), ...(hint && { hint }) });
}
