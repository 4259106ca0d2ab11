/** `authorize` on the side that authorizesLater. */
import { assert, assertEquals } from "@std/assert";
import { authorizesLater, conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";

conformance(
  "a refused connection is closed before a byte is read",
  async (scene) => {
    const errors: unknown[] = [];
    const cause = new Error("don't like it");
    const answers = [
      () => false,
      () => Promise.resolve(false),
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
      () => true,
    ];
    const { listener, connect } = await scene.listen({
      authorize: () => answers.shift()!(),
      onError: (error) => errors.push(error),
    });
    const accepted = listener.accept();
    for (let i = 0; i < 4; i++) {
      await using client = await connect();
      assertEquals(await client.recvMessage(), null);
    }
    await using client = await connect();
    await using server = await accepted;
    await server.sendStream(1, "welcome");
    assertEquals((await client.recvMessage())?.kind, "stream");
    assertEquals(errors.length, 4);
    for (const [i, error] of errors.entries()) {
      assert(error instanceof Deno.errors.PermissionDenied);
      assertEquals(error.cause, i < 2 ? undefined : cause);
    }
  },
  authorizesLater,
);

conformance("a slow authorize doesn't hold up the others", async (scene) => {
  const slow = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  let n = 0;
  const { listener, connect } = await scene.listen({
    authorize() {
      asked.resolve();
      return n++ === 0 ? slow.promise : true;
    },
  });
  const accepted = [listener.accept(), listener.accept()];
  await using first = await connect();
  await asked.promise;
  await using second = await connect();
  const server = await accepted[0]!;
  await server.sendStream(2, "");
  const message = await second.recvMessage();
  assert(message?.kind === "stream");
  slow.resolve(true);
  const late = await accepted[1]!;
  await late.sendStream(1, "");
  assertEquals((await first.recvMessage())?.kind, "stream");
  await server.close();
  await late.close();
}, authorizesLater);

conformance(
  "what waits for authorize is closed with the listener",
  async (scene) => {
    const asked = Promise.withResolvers<void>();
    const decision = Promise.withResolvers<boolean>();
    const { listener, connect } = await scene.listen({
      authorize() {
        asked.resolve();
        return decision.promise;
      },
    });
    const accepted = rejectsWith("connection-closed", () => listener.accept());
    await using client = await connect();
    await asked.promise;
    listener.close();
    await accepted;
    decision.resolve(true);
    assertEquals(await client.recvMessage(), null);
  },
  authorizesLater,
);
