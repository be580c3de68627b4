/** How a stack's AWS is reached: what the SDK finds by itself, unless said otherwise. */
export interface Connection {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

const silent = () => {};

/**
 * What every client is made with. A person waits: give up sooner than the SDK
 * does, but only on a connection over which nothing moves, since uploads are long.
 */
export const clientConfig = (connection: Connection) => ({
  ...connection,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, socketTimeout: 20_000 },
  // What goes wrong is said once, by troubleOf.
  logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
});
