/** What a pipe does, said in advance. */
export interface PipeScript {
  /** How many bytes the reads give, in turn and from the start again. Default: all there is. */
  readonly reads?: readonly number[] | undefined;
  /** How many bytes a write takes at most. Default: no limit. */
  readonly writeMost?: number | undefined;
  /** How many unread bytes it holds before a write blocks. Default: no limit. */
  readonly capacity?: number | undefined;
  /** After how many bytes the wire is cut: what is written behind is lost. */
  readonly cutAt?: number | undefined;
  /** Called once, when that many bytes have passed. */
  readonly onCut?: (() => void) | undefined;
}

/** One direction of bytes in memory, whose behaviour a test sets. */
export class ScriptedPipe {
  readonly #script: PipeScript;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #reads = 0;
  #end: { readonly error: Error | null } | null = null;
  #writeError: Error | null = null;
  #isCut = false;
  /** How many bytes may be read before reading stops. */
  #passes = Infinity;
  /** Made when somebody waits. */
  #changed: PromiseWithResolvers<void> | null = null;
  readonly #log: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes taken from the writer and not lost. */
  written = 0;
  /** Bytes given to the reader. */
  taken = 0;
  /** Whether a write waits for room. */
  blocked = false;

  /** Makes an empty pipe. */
  constructor(script: PipeScript = {}) {
    this.#script = script;
    if (script.cutAt === 0) queueMicrotask(() => this.#cut());
  }

  /** All bytes that got in before the cut. */
  get log(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.written);
    let at = 0;
    for (const part of this.#log) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Waits for room; resolves to the number of bytes taken, which are copied. */
  async write(bytes: Uint8Array): Promise<number> {
    const { capacity = Infinity, writeMost = Infinity, cutAt = Infinity } =
      this.#script;
    while (this.#size >= capacity && this.#writeError === null) {
      this.blocked = true;
      await this.#change();
    }
    this.blocked = false;
    if (this.#writeError !== null) throw this.#writeError;
    if (this.#isCut || this.#end !== null) return bytes.length;
    const n = Math.min(
      bytes.length,
      writeMost,
      capacity - this.#size,
      cutAt - this.written,
    );
    const chunk = bytes.slice(0, n) as Uint8Array<ArrayBuffer>;
    this.#chunks.push(chunk);
    this.#log.push(chunk);
    this.#size += n;
    this.written += n;
    this.#wake();
    if (this.written === cutAt) this.#cut();
    return n;
  }

  /** Waits for bytes; null at the end. What is there comes before end and error. */
  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#size === 0 || this.#passes === 0) {
      if (this.#end !== null && this.#size === 0 && this.#passes > 0) {
        if (this.#end.error !== null) throw this.#end.error;
        return null;
      }
      await this.#change();
    }
    const { reads = [] } = this.#script;
    const script = reads[this.#reads++ % reads.length] ?? Infinity;
    const most = Math.min(script, this.#passes);
    const first = this.#chunks.shift()!;
    const part = first.slice(0, most);
    if (part.length < first.length) {
      this.#chunks.unshift(first.subarray(part.length));
    }
    this.#size -= part.length;
    this.#passes -= part.length;
    this.taken += part.length;
    this.#wake();
    return part;
  }

  /** Gives the reader so many more bytes, and then nothing, nor the end, until it is called again. */
  pass(bytes: number): void {
    this.#passes = bytes;
    this.#wake();
  }

  /** Nothing more comes for the reader, behind what is there; later writes are lost. */
  endReads(error: Error | null = null): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** Writes fail from now on, one that waits included. */
  failWrites(error: Error): void {
    this.#writeError ??= error;
    this.#wake();
  }

  #cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#script.onCut?.();
  }

  #change(): Promise<void> {
    this.#changed ??= Promise.withResolvers();
    return this.#changed.promise;
  }

  #wake(): void {
    this.#changed?.resolve();
    this.#changed = null;
  }
}
