/** How long closing waits until the end of TLS is written. */
import { assertEquals, assertLess } from "@std/assert";
import { immediate } from "../../internal/event_loop.ts";
import type { TcpConn } from "../../mod.ts";
import type { GatedDuplex } from "../../transports/tls/gated_duplex.ts";
import type { NodeTlsSocket } from "../../transports/tls/node_tls.ts";
import { TlsIo } from "../../transports/tls/tls_io.ts";

/** So many turns an end may take that nobody has asked for. */
const TURNS = 20;

/** A TLS socket that counts for how many turns it lives, and whose end is written when the test says so. */
class FakeTls {
  turns = 0;
  destroyed = false;
  readonly #writtenAfter: number;
  #finish = (): void => {};

  constructor(writtenAfter: number) {
    this.#writtenAfter = writtenAfter;
  }

  on(event: string, listener: () => void): this {
    if (event === "finish") this.#finish = listener;
    return this;
  }

  end(): this {
    this.#count();
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }

  async #count(): Promise<void> {
    // If it waited for ever, the test would end here too.
    while (!this.destroyed && this.turns < 100 * TURNS) {
      if (this.turns === this.#writtenAfter) this.#finish();
      await immediate();
      this.turns++;
    }
    this.#finish();
  }
}

function close(tls: FakeTls): Promise<void> {
  const gate = { ended: false, open() {}, close() {} };
  const io = new TlsIo(
    {} as TcpConn,
    gate as unknown as GatedDuplex,
    tls as unknown as NodeTlsSocket,
    null,
  );
  return io.close();
}

Deno.test("closing waits for an end of TLS that can't be written for some turns, and no longer", async () => {
  const tls = new FakeTls(Infinity);
  await close(tls);
  assertEquals(tls.destroyed, true);
  assertEquals(tls.turns, TURNS);
});

Deno.test("closing waits no longer than until the end of TLS is written", async () => {
  const tls = new FakeTls(3);
  await close(tls);
  assertEquals(tls.destroyed, true);
  assertLess(tls.turns, 3 + 3);
});
