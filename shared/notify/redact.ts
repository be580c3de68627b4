/**
 * The shapes in which credentials are known to stray into error texts. What
 * Pilotage says itself holds none; what it passes on (a cause, a URL) might.
 */
const SHAPES: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?/g, '***'],
  [/\bxox[a-z]-[\w-]+|\bxapp-[\w-]+/g, '***'],
  [/https:\/\/hooks\.slack(-gov)?\.com\/\S+/g, 'https://hooks.slack.com/***'],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/g, '***'],
  [/\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}/g, '***'],
  [/\beyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]*/g, '***'],
  [/\bBearer\s+[^\s"',;]+/gi, 'Bearer ***'],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]*:[^\s/]*@/gi, '$1***@'],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential))=[^&\s"']+/gi, '$1=***'],
  [
    /((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)["']?\s*(?:=|:(?=\s*["']))\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    '$1***',
  ],
];

/** The text without what looks like a credential. */
export function withoutSecrets(text: string): string {
  return SHAPES.reduce((clean, [shape, instead]) => clean.replace(shape, instead), text);
}

/** The same for every string inside a value that came as JSON. */
export function withoutSecretsInside<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? withoutSecrets(inner) : inner,
  ) as Value;
}
