import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a site's address may answer: any of these texts, and nothing else, is right. */
export interface Page {
  path: string;
  /** The text of this page in each version that it may have, by the version's name. */
  versions: Record<string, string>;
}

export interface LoadReport {
  requests: number;
  /** Answers that were not 200, not whole, or a mixture of two versions. */
  failed: number;
  /** How often each version was served. */
  served: Record<string, number>;
  /** The first few failures, in words. */
  failures: string[];
}

export interface Load {
  report: LoadReport;
  /** Resolves when all requests under way have ended. */
  stop(): Promise<LoadReport>;
}

/** Most failures that are kept in words. */
const FAILURES_KEPT = 5;
const TIMEOUT_MS = 5_000;

/**
 * Asks for pages without pause, as `viewers` people who each wait for one
 * answer before the next question, until it is stopped.
 * @param host what the browser would have in its address bar, without the port.
 */
export function startLoad(host: string, port: number, pages: Page[], viewers = 4): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: viewers });
  const report: LoadReport = { requests: 0, failed: 0, served: {}, failures: [] };
  let running = true;

  const view = async (viewer: number): Promise<void> => {
    for (let turn = viewer; running; turn++) {
      const page = pages[turn % pages.length];
      if (page) await ask(page);
    }
  };
  const ask = async ({ path, versions }: Page): Promise<void> => {
    report.requests++;
    try {
      const { status, body } = await fetchPage(agent, host, port, path);
      const version = Object.keys(versions).find((name) => versions[name] === body);
      if (status === 200 && version) report.served[version] = (report.served[version] ?? 0) + 1;
      else fail(`${path}: ${status}, ${version ? 'whole' : 'neither version'}`);
    } catch (error) {
      fail(`${path}: ${String(error)}`);
    }
  };
  const fail = (what: string): void => {
    report.failed++;
    if (report.failures.length < FAILURES_KEPT) report.failures.push(what);
  };

  const all = Array.from({ length: viewers }, (_, viewer) => view(viewer));
  return {
    report,
    async stop() {
      running = false;
      await Promise.all(all);
      agent.destroy();
      return report;
    },
  };
}

function fetchPage(agent: Agent, host: string, port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent, headers: { host: `${host}:${port}` } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
  });
}
