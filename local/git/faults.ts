/** What goes wrong, for tests: the next calls of a path. */
export interface Fault {
  /** What the path holds, or how it looks. */
  path: string | RegExp;
  /** What is answered instead; `lost`: it is carried out, and the answer never comes. */
  status: number | 'lost';
  /** How often; once unless said otherwise. */
  times?: number;
}

export class Faults {
  #left: Required<Fault>[] = [];

  add(fault: Fault): void {
    this.#left.push({ times: 1, ...fault });
  }

  /** What goes wrong with this call; undefined where nothing does. */
  next(path: string): Fault['status'] | undefined {
    const fault = this.#left.find((one) => one.times > 0 && isMeant(one.path, path));
    if (fault) fault.times--;
    return fault?.status;
  }
}

const isMeant = (meant: string | RegExp, path: string): boolean =>
  typeof meant === 'string' ? path.includes(meant) : meant.test(path);
