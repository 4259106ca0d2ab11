/** What says whether bytes are taken. */
export interface Writing {
  /** Whether a write is under way. */
  isWriting(): boolean;
  /** How many bytes have been taken so far. */
  written(): number;
}

/**
 * Tells whether the other side takes bytes. Only a write that had to wait and got on
 * shows that: what goes out at once has filled a buffer of this system's, and such a
 * buffer takes bytes for a long time when nobody reads them any more.
 */
export class BlockedWrites {
  readonly #writing: Writing;
  #wasWriting = false;
  #written = 0;
  #gotOn = 0;

  /** Looks at the writes of a connection. */
  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** Looks, and gives how many looks so far have seen a write that got on since the one before. */
  look(): number {
    const written = this.#writing.written();
    if (this.#wasWriting && written > this.#written) this.#gotOn++;
    this.#wasWriting = this.#writing.isWriting();
    this.#written = written;
    return this.#gotOn;
  }
}
