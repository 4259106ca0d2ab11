/** TCP connections that are gone when they are accepted. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { connect, listen, Listener, TcpTransport } from "../../mod.ts";
import { resetConnection } from "../support/reset_connection.ts";
import { testWith } from "../support/permissions.ts";

testWith("all", "connections reset in the backlog hold up nobody", async () => {
  const errors: unknown[] = [];
  await using listener = listen("127.0.0.1:0", {
    onError: (error) => void errors.push(error),
  });
  for (let i = 0; i < 20; i++) await resetConnection(listener.addr.port);
  // It waits for the connection behind them, not for their errors.
  const accepting = listener.accept();
  await using client = await connect(listener.addr);
  await using server = await accepting;
  await client.sendStream(1, "good");
  const message = await server.recvMessage();
  assertEquals(message?.kind, "stream");
  // Some systems accept a connection that is gone.
  if (Deno.build.os !== "linux") return;
  assertEquals(errors.length, 20);
  for (const error of errors) {
    assertInstanceOf(error, Deno.errors.NotConnected);
  }
});

testWith(
  "net",
  "a socket that refuses its options is closed, and the next one accepted",
  async () => {
    const refusal = new TypeError("Invalid argument (os error 22)");
    const errors: unknown[] = [];
    const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accept = socket.accept.bind(socket);
    let first = true;
    socket.accept = async () => {
      const conn = await accept();
      if (first) {
        conn.setNoDelay = () => {
          throw refusal;
        };
      }
      first = false;
      return conn;
    };
    await using listener = new Listener(TcpTransport.wrap(socket), {
      onError: (error) => void errors.push(error),
    });
    const accepting = listener.accept();
    await using gone = await connect(listener.addr);
    await gone.closed;
    await using client = await connect(listener.addr);
    await using server = await accepting;
    await client.sendStream(1, "good");
    assertEquals((await server.recvMessage())?.kind, "stream");
    assertEquals(errors, [refusal]);
  },
);
