import type { Body } from "../../protocol/body.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";

/** What handlers are given of a peer. */
export interface LendingPeer<B extends Body> {
  readonly info: unknown;
  lendWriter(): PeerWriteHandle<B, unknown>;
}

/** The peer of the handlers of one connection. */
export class ServedPeer {
  readonly #lender: LendingPeer<Body>;
  #writer: PeerWriteHandle<Body, unknown> | null = null;

  /** Makes it for a peer that is served. */
  constructor(lender: LendingPeer<Body>) {
    this.#lender = lender;
  }

  /** Sends to the other side: always the same handle, made when it is asked for. */
  get writer(): PeerWriteHandle<Body, unknown> {
    return this.#writer ??= this.#lender.lendWriter();
  }

  /** What is known of the connection. */
  get info(): unknown {
    return this.#lender.info;
  }
}
