import { RandomAccessReader } from 'yauzl';
import { type PinnedObject, readRange } from '../../aws/objects.ts';

/** No directory of allowed size is longer: 50,000 names of 900 bytes would be, but none is real. */
const MAX_DIRECTORY = 24 * 1024 * 1024;

/** Serves yauzl from the zip's last bytes, and fetches what lies before them when it is asked for. */
export class TailReader extends RandomAccessReader {
  /** Trouble with S3, as against trouble with the zip. */
  fault: unknown;
  /** Where the first and after the last byte of the directory are, as far as it was read. */
  directoryStart = Number.POSITIVE_INFINITY;
  furthest = 0;
  readonly #pin: PinnedObject;
  #bytes: Buffer;
  #opened = false;

  constructor(pin: PinnedObject, tail: Uint8Array) {
    super();
    this.#pin = pin;
    this.#bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#notice(length, position);
    if (this.#has(position, length)) {
      this.#copy(buffer, offset, length, position);
      callback(null);
      return;
    }
    this.#fetch(position, length).then(
      () => {
        this.#copy(buffer, offset, length, position);
        callback(null);
      },
      (error) => callback(error as Error),
    );
  }

  async startsWith(position: number, signature: Buffer): Promise<boolean> {
    if (position === 0 || !this.#has(position, signature.length)) return false;
    const found = Buffer.alloc(signature.length);
    this.#copy(found, 0, found.length, position);
    return found.equals(signature);
  }

  /** yauzl reads the end, perhaps the zip64 record of 56 bytes, then headers of 46 bytes in their order. */
  #notice(length: number, position: number): void {
    if (length === 46) {
      if (!this.#opened) this.directoryStart = position;
      this.#opened = true;
    }
    if (this.#opened) this.furthest = position + length;
  }

  get #start(): number {
    return this.#pin.size - this.#bytes.length;
  }

  #has(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#pin.size;
  }

  #copy(buffer: Buffer, offset: number, length: number, position: number): void {
    this.#bytes.copy(buffer, offset, position - this.#start, position - this.#start + length);
  }

  async #fetch(position: number, length: number): Promise<void> {
    if (position < 0 || position + length > this.#pin.size) throw new Error('the zip points beyond its own end');
    if (this.#pin.size - position > MAX_DIRECTORY) throw new Error('the zip has a directory of more than 24 MB');
    try {
      const chunks: Uint8Array[] = [];
      const before = await readRange(this.#pin, position, this.#start);
      if (!before) throw new Error('the artifact changed while it was read');
      for await (const chunk of before) chunks.push(chunk);
      this.#bytes = Buffer.concat([...chunks, this.#bytes]);
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }
}
