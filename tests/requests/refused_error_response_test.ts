/** Error responses that a transport of a user's refuses. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type BodyInput,
  Peer,
  type PeerHandle,
  type PeerOptions,
  type ReceivedRequestHandle,
  type ServeHandlers,
  type StreamBody,
} from "../../mod.ts";
import { toStreamBody } from "../../protocol/body.ts";
import { nextRequest } from "../support/expect.ts";
import { SlowToSettle } from "./slow_to_settle.ts";

/** A transport that doesn't carry each body, as it should. */
class Picky extends SlowToSettle {
  /** Whether it carries only empty ones. */
  refuses = true;

  toBody(input: BodyInput<StreamBody>): StreamBody {
    const body = toStreamBody(input);
    if (this.refuses && body.data.length > 0) {
      throw new TypeError("It carries no bytes");
    }
    return body;
  }
}

async function serve(
  handlers: ServeHandlers,
): Promise<{ reported: string[]; open: number }> {
  const reported: string[] = [];
  const isReported = Promise.withResolvers<void>();
  const transport = new Picky();
  await using peer = Peer.spawn(transport, {
    onError(error) {
      reported.push(String(error));
      if (error instanceof TypeError) isReported.resolve();
    },
  });
  const serving = peer.serve(handlers);
  transport.ask();
  await isReported.promise;
  const { openReceivedRequests: open, state } = peer.stats();
  assertEquals(state, "open");
  transport.refuses = false;
  transport.end();
  await peer.close();
  await serving;
  return { reported, open };
}

Deno.test("An error response that the transport refuses is reported, behind what the handler has thrown", async () => {
  const { reported, open } = await serve({
    1() {
      throw new Error("What it throws");
    },
  });
  assertEquals(reported, [
    "Error: What it throws",
    "TypeError: It carries no bytes",
  ]);
  assertEquals(open, 1);
});

Deno.test("So is the one for a service that isn't there", async () => {
  const { reported } = await serve({});
  assert(reported.includes("TypeError: It carries no bytes"), `${reported}`);
});

/** A peer over such a transport, with an open request, which nobody answers. */
async function asked(
  options: PeerOptions = {},
): Promise<
  { peer: PeerHandle; request: ReceivedRequestHandle; again(): void }
> {
  const transport = new Picky();
  const peer = Peer.spawn(transport, options);
  transport.ask();
  const { request } = await nextRequest(peer);
  return { peer, request, again: () => transport.ask(2) };
}

Deno.test("A connection closes, although the transport refuses what answers an open request then", async () => {
  const reported: string[] = [];
  const { peer } = await asked({
    onError: (error) => reported.push(String(error)),
  });
  await peer.close();
  assertEquals(await peer.closed, null);
  assertEquals(reported, ["TypeError: It carries no bytes"]);
  assertEquals(peer.stats().openReceivedRequests, 0);
});

const UNANSWERED: Record<
  string,
  (asked: { request: ReceivedRequestHandle; again(): void }) => void
> = {
  "a request that is dropped": ({ request }) => request[Symbol.dispose](),
  "one too many": ({ again }) => again(),
};

for (const [name, act] of Object.entries(UNANSWERED)) {
  Deno.test(`A connection ends whose transport refuses the answer to ${name}`, async () => {
    const { peer, ...rest } = await asked({ maxOpenReceivedRequests: 1 });
    act(rest);
    const error = await peer.closed;
    assertEquals([error?.code, error?.fatal], ["connection-aborted", true]);
    assertStringIncludes(error!.message, "It carries no bytes");
    assertEquals(peer.stats().openReceivedRequests, 0);
  });
}
