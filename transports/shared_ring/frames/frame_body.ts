import { decodeText, sharedBytes } from "../../../protocol/body.ts";
import { UnixBody } from "../../unix_seqpacket/unix_body.ts";

/**
 * Releases the frames whose bytes were collected undisposed. It watches the buffer,
 * which lives as long as any view of it, and longer than the body.
 */
const collected = new FinalizationRegistry<ReceivedFrame>((frame) =>
  frame.releaseCollected()
);

/** A frame that was received, until it is released: once. */
export class ReceivedFrame {
  #release: ((dropped: boolean) => void) | null;

  /**
   * Watches the bytes.
   *
   * @param release Called with whether somebody may still have a view of them.
   */
  constructor(
    { buffer }: Uint8Array<ArrayBuffer>,
    release: (dropped: boolean) => void,
  ) {
    this.#release = release;
    collected.register(buffer, this, this);
  }

  /** Detaches the bytes, and releases the frame. */
  release({ buffer }: Uint8Array<ArrayBuffer>): void {
    const release = this.#release;
    if (release === null) return;
    this.#release = null;
    collected.unregister(this);
    const isElsewhere = buffer.detached;
    if (!isElsewhere) buffer.transfer(0);
    release(isElsewhere);
  }

  /** Releases a frame whose bytes are gone here. A worker may have been given them. */
  releaseCollected(): void {
    this.#release?.(true);
    this.#release = null;
  }
}

/** The body of a message that is in memory of the other side. */
export class FrameBody extends UnixBody {
  readonly [sharedBytes] = true;
  readonly #frame: ReceivedFrame;

  /** Wraps bytes that have a buffer of their own. */
  constructor(data: Uint8Array<ArrayBuffer>, frame: ReceivedFrame) {
    super(data);
    this.#frame = frame;
  }

  /** Copies first: a decoder looks at bytes twice, and crashes if they have changed. */
  override text(): string {
    return decodeText(this.data.slice());
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#frame.release(this.data);
  }
}
