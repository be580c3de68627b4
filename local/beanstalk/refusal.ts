/** What the service refuses with; `code` is one of its API's. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalid = (message: string): Refusal => new Refusal('InvalidParameterValue', message);
