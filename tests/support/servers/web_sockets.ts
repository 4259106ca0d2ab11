import type { ListenOptions, StreamConfig } from "../../../mod.ts";
import { bind, connect } from "../../../endpoints/websocket.ts";
import { WebSocketAcceptor } from "../../../endpoints/websocket/web_socket_acceptor.ts";
import { startHttpServer } from "../../../endpoints/websocket/http_server.ts";
import { openWithWs } from "../../../transports/websocket/open_with_ws.ts";
import { SUBPROTOCOL } from "../../../transports/websocket/subprotocol.ts";
import { WebSocketTransport } from "../../../transports/websocket/mod.ts";
import type { TestListener, TestTransport } from "../transport_under_test.ts";

/** Two ends of a WebSocket: that of a client, and that of a server of `node:http`. */
export async function linkWebSockets(
  config: StreamConfig,
): Promise<[TestTransport, TestTransport]> {
  let acceptor: WebSocketAcceptor | null = null;
  const server = await startHttpServer(
    { hostname: "127.0.0.1", port: 0 },
    (asked) => acceptor!.onUpgrade(asked),
  );
  acceptor = new WebSocketAcceptor(server, "/", config);
  const { port } = acceptor.addr;
  const ends = await Promise.all([
    openWithWs({
      url: new URL(`ws://127.0.0.1:${port}/`),
      offer: [SUBPROTOCOL],
      options: config,
    }),
    acceptor.accept(),
  ]);
  acceptor.close();
  return ends;
}

/** Two ends of a WebSocket: that of a client, and that of `Deno.serve`. */
export async function linkDenoServe(
  config: StreamConfig,
  stack: AsyncDisposableStack,
): Promise<[TestTransport, TestTransport]> {
  const accepted = Promise.withResolvers<TestTransport>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, {
        protocol: SUBPROTOCOL,
      });
      const info = {
        transport: "websocket",
        protocol: SUBPROTOCOL,
        url: "/",
        host: "",
        origin: null,
        protocols: [],
        remoteAddr: null,
      } as const;
      socket.addEventListener(
        "open",
        () => accepted.resolve(new WebSocketTransport(socket, info, config)),
      );
      return response;
    },
  );
  stack.defer(() => server.shutdown());
  const client = await openWithWs({
    url: new URL(`ws://127.0.0.1:${server.addr.port}/`),
    offer: [SUBPROTOCOL],
    options: config,
  });
  return [client, await accepted.promise];
}

/** A listener for WebSockets. */
export async function listenForWebSockets(
  options: ListenOptions,
): Promise<TestListener> {
  const listener = await bind("ws://127.0.0.1:0/rpc", options);
  return {
    listener,
    refusal: Deno.errors.ConnectionRefused,
    connect: (options) => connect(listener.addr, options),
  };
}
