/**
 * What every SDK client is made with: short timeouts and the SDK's own retries,
 * so that one lost packet costs seconds and never a whole step.
 *
 * Endpoints, region and credentials come from the environment
 * (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, …), as the SDK reads it:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const clientConfig = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    // Without it the SDK only warns of a server that took the request and never answers.
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 64 },
    httpAgent: { maxSockets: 64 },
  },
};

/**
 * A setting that the stack gives to the function.
 * @throws when it is missing: the stack is wired wrongly, and nothing should run.
 */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set; the stack gives it to each function`);
  return value;
}
