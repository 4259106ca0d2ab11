/** Errors of the NATS client's sockets that come when it has stopped listening. */
import { EventEmitter } from "node:events";
import { assertEquals, assertInstanceOf } from "@std/assert";
import { keepListening } from "../../transports/nats/keep_listening.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { connectNats } from "./support.ts";

Deno.test("an error of a socket whose listeners were removed is ignored", () => {
  const socket = new EventEmitter();
  keepListening(socket);
  const errors: unknown[] = [];
  socket.on("error", (error) => errors.push(error));
  socket.emit("error", 1);
  socket.removeAllListeners();
  socket.emit("error", 2);
  assertEquals(errors, [1]);
});

/** The client's socket, which is no part of its public interface. */
function socketOf(connection: object): unknown {
  const { protocol } = connection as {
    protocol: { transport: { socket: unknown } };
  };
  return protocol.transport.socket;
}

testWithNats("the sockets of the NATS client are listened to", async () => {
  await using nats = await NatsServer.start();
  const connection = await connectNats(nats);
  const socket = socketOf(connection);
  assertInstanceOf(socket, EventEmitter);
  await connection.close();
  assertEquals(socket.listenerCount("error"), 1);
});
