import type { Body } from "../../protocol/body.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { ServeContext } from "../../peer/handles/serve.ts";
import type { StreamContext } from "./handlers.ts";
import type { ServedPeer } from "./served_peer.ts";

/** What the handlers of stream messages of one connection are given. */
export class ServedStreamContext implements StreamContext {
  readonly #served: ServedPeer;
  readonly #context: ServeContext;

  /** Makes it for a connection. */
  constructor(served: ServedPeer, context: ServeContext) {
    this.#served = served;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get draining(): AbortSignal {
    return this.#context.draining;
  }

  get peer(): PeerWriteHandle<Body, unknown> {
    return this.#served.writer;
  }

  get info(): unknown {
    return this.#served.info;
  }
}
