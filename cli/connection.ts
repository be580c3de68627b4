/** How a stack's AWS is reached: what the SDK finds by itself, unless said otherwise. */
export interface Connection {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** What every client is made with. A person waits: give up sooner than the SDK does. */
export const clientConfig = (connection: Connection) => ({
  ...connection,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 40_000 },
});
