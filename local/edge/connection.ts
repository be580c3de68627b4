import http from 'node:http';

export interface Sent {
  method: string;
  path: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string;
}

/**
 * Requests to one server over connections that stay open. One that the server
 * closed while it lay idle is only noticed by its next request; that request
 * is sent again on a new one, so send nothing that may not happen twice.
 * https://nodejs.org/api/http.html#requestreusedsocket
 * @param always headers that go with every request.
 */
export function connectTo(
  endpoint: string,
  always: http.OutgoingHttpHeaders = {},
): (sent: Sent) => Promise<http.IncomingMessage> {
  const { hostname, port } = new URL(endpoint);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  return function send(sent) {
    return new Promise((resolve, reject) => {
      const { method, path, headers = {}, body } = sent;
      const request = http.request(
        { hostname, port, agent, method, path, headers: { ...headers, ...always } },
        resolve,
      );
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET') send(sent).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  };
}
