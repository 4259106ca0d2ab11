/** An acceptor that says that it has ended by itself. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";

class Ending extends MemoryAcceptor {
  failure: Error | null = null;

  /** Ends by itself. */
  end(failure: Error): void {
    this.failure = failure;
    this.fail(failure);
  }
}

Deno.test("a listener ends with its acceptor, and says why", async () => {
  const errors: unknown[] = [];
  const acceptor = new Ending();
  const { listener } = acceptor.listen({
    onError: (error) => void errors.push(error),
  });
  const ended = Promise.allSettled([
    listener.accept(),
    listener.run(() => {}),
    listener[Symbol.asyncIterator]().next(),
  ]);
  const cause = new Error("The cable is cut");
  acceptor.end(cause);
  for (const end of await ended) {
    const error: RpcError | null = end.status === "rejected"
      ? end.reason
      : null;
    assertEquals(
      [error?.code, error?.message, error?.cause],
      ["connection-aborted", "The listener has ended: The cable is cut", cause],
    );
  }
  const accepts = acceptor.accepts;
  await assertRejects(() => listener.accept(), RpcError, "The cable is cut");
  await listener.shutdown();
  assertEquals(acceptor.accepts, accepts);
  assertEquals(errors, []);
});
