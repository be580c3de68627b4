import type { Health } from './health.ts';
import type { Picture, Target } from './picture.ts';

/** What the load balancer tells of a target. `drained` has no request left. */
export type Report = Pick<Target, 'Id' | 'Port'> & { TargetGroupArn: string } & (
    | Pick<Health, 'State' | 'Reason' | 'Description'>
    | { State: 'drained' }
  );

/** After the emulator did not answer: milliseconds until it is asked again. */
const AGAIN_MS = 200;

/** The line to the emulator: what is there comes in, what becomes of targets goes out. */
export class Link {
  private readonly url: string;
  private readonly ended = new AbortController();
  private said: Promise<unknown> = Promise.resolve();

  /** @param url of the emulator. */
  constructor(url: string) {
    this.url = url;
  }

  /** Says that a load balancer is there, at this port. @param speed what the seconds of deregistration are multiplied by. */
  announce(port: number, speed: number): Promise<unknown> {
    return this.post('/_pilotage/balancer', { port, speed });
  }

  /** Calls with what is there now, and whenever that changes, until it is closed. */
  async watch(onPicture: (picture: Picture) => void): Promise<void> {
    let seen: string | undefined;
    while (!this.ended.signal.aborted) {
      const picture = await this.post('/_pilotage/watch', { Version: seen }).catch(() => undefined);
      if (this.ended.signal.aborted) return;
      if (!picture) await new Promise((later) => setTimeout(later, AGAIN_MS));
      else if (picture.Version !== seen) {
        seen = picture.Version;
        onPicture(picture);
      }
    }
  }

  /** Tells what became of targets; in the order of the calls. */
  tell(reports: Report[]): void {
    // What cannot be told now shows in the next picture, which is answered again.
    this.said = this.said.then(() => this.post('/_pilotage/health', { Targets: reports }).catch(() => {}));
  }

  close(): void {
    this.ended.abort();
  }

  private async post(path: string, body: object): Promise<Picture | undefined> {
    const { signal } = this.ended;
    const answer = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body), signal });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  }
}
