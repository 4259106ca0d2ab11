import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";

/** One connection of a link. */
export class LinkedPeer<B extends Body, I> {
  /** What `setup` gets. */
  readonly peer: PeerHandle<B, I>;
  /** Where it goes to. */
  readonly address: string;
  /** What goes with each call over it, as metadata `token`; null if nothing does. */
  readonly token: string | null;
  /** Whether nothing new is sent over it, as the other side ends or has ended. */
  left = false;
  /** Whether it has ended. */
  ended = false;
  #writer: PeerWriteHandle<B, I>;

  /** Made of a new connection. */
  constructor(peer: PeerHandle<B, I>, address: string, token: string | null) {
    this.peer = peer;
    this.address = address;
    this.token = token;
    this.#writer = peer.lendWriter();
    this.#writer.closed.then(() => this.ended = true);
  }

  /** What calls are made with. */
  get writer(): PeerWriteHandle<B, I> {
    return this.#writer;
  }

  /** Resolves when the connection has ended: to the error that ended it, or null. */
  get closed(): Promise<RpcError | null> {
    return this.#writer.closed;
  }

  /** Refuses what the other side asks, as nobody takes it here. */
  refuseRequests(): void {
    const [reader, writer] = this.peer.split();
    this.#writer = writer;
    reader[Symbol.dispose]();
  }
}
