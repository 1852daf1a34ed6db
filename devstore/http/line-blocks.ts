/** Cuts a file that comes in pieces into blocks of whole lines. */
import type { UploadBlock } from '../shop/staged-uploads.ts';

const newline = 0x0a;

export class LineBlocks {
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #lines = 0;

  /** Lines so far, the last one included once `end` was called. */
  get lines(): number {
    return this.#lines;
  }

  /** The block that the bytes complete, if they complete one. */
  add(bytes: Buffer): UploadBlock | undefined {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.#begun.push(bytes);
      return undefined;
    }
    const data = Buffer.concat([...this.#begun, bytes.subarray(0, end)]);
    // A copy: the piece the bytes are part of need not be kept for its last few.
    this.#begun = end === bytes.length ? [] : [Buffer.from(bytes.subarray(end))];
    return this.#block(data, countLines(data));
  }

  /** The last block, if the file does not end with the end of a line. */
  end(): UploadBlock | undefined {
    const data = Buffer.concat(this.#begun);
    this.#begun = [];
    return data.length === 0 ? undefined : this.#block(data, 1);
  }

  #block(data: Buffer, lines: number): UploadBlock {
    const firstLine = this.#lines;
    this.#lines += lines;
    return { firstLine, data };
  }
}

function countLines(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(newline); at !== -1; at = data.indexOf(newline, at + 1)) lines += 1;
  return lines;
}
