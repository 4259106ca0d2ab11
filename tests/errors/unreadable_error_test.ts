/**
 * An error response whose text can't be had: a longer one than a string can be
 * (512 MiB), or that of a transport whose bodies throw.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { deadline } from "@std/async";
import {
  type Incoming,
  MemoryTransport,
  Message,
  Peer,
  type PeerHandle,
  StreamBody,
} from "../../mod.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

class Unreadable extends StreamBody {
  disposed = false;

  override text(): string {
    throw new TypeError("The text is too long");
  }

  override [Symbol.dispose](): void {
    this.disposed = true;
  }
}

/** Two peers, of which the first can't read the texts of errors. */
function pair(): [PeerHandle, PeerHandle, Unreadable[]] {
  const [a, b] = MemoryTransport.pair();
  const bodies: Unreadable[] = [];
  const replace = (item: Incoming): Incoming => {
    if (!(item instanceof Message) || !item.isError) return item;
    const body = new Unreadable(item.body.data);
    bodies.push(body);
    return new Message(item.header, body);
  };
  const readable = a.readable.pipeThrough(
    new TransformStream<Incoming[], Incoming[]>({
      transform: (batch, controller) => controller.enqueue(batch.map(replace)),
    }),
  );
  const left = Peer.spawn({
    readable,
    writable: a.writable,
    info: a.info,
    check: (message) => a.check(message),
    close: () => a.close(),
  });
  return [left, Peer.spawn(b), bodies];
}

for (
  const { name, signal } of [
    { name: "a call", signal: undefined },
    { name: "a call with a signal", signal: new AbortController().signal },
  ]
) {
  Deno.test(`An error response without a readable text fails ${name}, and nothing else`, async () => {
    const [client, server, bodies] = pair();
    const serving = server.serve({
      1: (request) => request.sendErrorResponse("some text"),
      2: (_request, body) => body,
    });
    const error = await assertRejects(
      () => deadline(client.call(1, "", { signal }), HANGS_AFTER),
      TypeError,
    );
    assertEquals(error.message, "The text is too long");
    assertEquals(bodies.length, 1);
    assert(bodies[0]!.disposed, "what came with the error stays open");
    assertEquals((await client.call(2, "still there")).text(), "still there");
    assertEquals(client.stats().openSentRequests, 0);
    await client.close();
    await serving;
  });
}
