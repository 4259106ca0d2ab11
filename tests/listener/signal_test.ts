/** Signals before, during and after connecting. */
import { assertEquals } from "@std/assert";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import {
  connect,
  listen,
  type Listener,
  Peer,
  type PeerHandle,
  type StreamBody,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { type Permission, testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

type AnyPeer = PeerHandle<StreamBody, unknown>;
type Connect = (signal: AbortSignal) => Promise<AnyPeer>;

/** A listener, and all ways to connect to it. */
interface Place {
  readonly listener: Listener<StreamBody, unknown>;
  readonly ways: Connect[];
}

const PLACES: readonly {
  readonly name: string;
  readonly permission: Permission;
  open(stack: AsyncDisposableStack): Place;
}[] = [
  {
    name: "TCP",
    permission: "net",
    open(stack) {
      const listener = stack.use(listen("127.0.0.1:0"));
      const { addr } = listener;
      return {
        listener,
        ways: [
          (signal) => connect(addr, { signal }),
          (signal) => tcp.connect(addr, { signal }),
          (signal) => Peer.connect(TcpTransport, addr, { signal }),
        ],
      };
    },
  },
  {
    name: "Unix",
    permission: "unix",
    open(stack) {
      const path = stack.use(new TempDir()).file("s");
      const listener = stack.use(listen(`unix:${path}`));
      return {
        listener,
        ways: [
          (signal) => connect(`unix:${path}`, { signal }),
          (signal) => unix.connect(path, { signal }),
          (signal) => Peer.connect(UnixStreamTransport, path, { signal }),
        ],
      };
    },
  },
];

for (const { name, permission, open } of PLACES) {
  testWith(
    permission,
    `${name}: a signal that has fired connects nothing`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const { listener, ways } = open(stack);
      for (const connect of ways) {
        for (const reason of [new Error("too late"), "a text", undefined]) {
          const signal = AbortSignal.abort(reason);
          const error: unknown = await connect(signal).catch((error) => error);
          assertEquals(error, signal.reason);
        }
      }
      // The first that comes is the one that was meant.
      const [client, server] = await Promise.all([
        ways[0]!(new AbortController().signal),
        listener.accept(),
      ]);
      await client.sendStream(1, "the first");
      assertEquals((await server.recvMessage())?.kind, "stream");
      await client.close();
      await server.close();
    },
  );

  testWith(
    permission,
    `${name}: a signal that fires at once ends connecting`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const { listener, ways } = open(stack);
      for (const connect of ways) {
        const controller = new AbortController();
        const connecting = connect(controller.signal);
        const reason = new Error("changed my mind");
        controller.abort(reason);
        assertEquals(await connecting.catch((error) => error), reason);
      }
      // Those that got through all the same have been closed, and said nothing.
      const accepted = acceptUntil(listener, "the last");
      const last = await ways[0]!(new AbortController().signal);
      await last.sendStream(1, "the last");
      await accepted;
      await last.close();
    },
  );

  testWith(
    permission,
    `${name}: a signal has no effect on what is connected`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const { listener, ways } = open(stack);
      for (const connect of ways) {
        const controller = new AbortController();
        const [client, server] = await Promise.all([
          connect(controller.signal),
          listener.accept(),
        ]);
        controller.abort();
        const serving = server.serve({ 1: (_request, body) => body });
        assertEquals((await client.call(1, "still here")).text(), "still here");
        await client.close();
        await serving;
        await server.close();
      }
    },
  );

  testWith(
    permission,
    `${name}: a signal ends accept, and nothing else`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const { listener, ways } = open(stack);
      const controller = new AbortController();
      const reason = new Error("nobody came");
      const accepting = listener.accept({ signal: controller.signal });
      controller.abort(reason);
      assertEquals(await accepting.catch((error) => error), reason);
      const [client, server] = await Promise.all([
        ways[0]!(new AbortController().signal),
        listener.accept(),
      ]);
      await client.close();
      assertEquals(await server.recvMessage(), null);
      await server.close();
    },
  );
}

/** Accepts connections until one says a text; all of them are closed. */
async function acceptUntil(
  listener: Listener<StreamBody, unknown>,
  text: string,
): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await using peer = await listener.accept();
    const message = await peer.recvMessage();
    if (message?.kind !== "stream") continue;
    assertEquals(message.message.text(), text);
    return;
  }
}
