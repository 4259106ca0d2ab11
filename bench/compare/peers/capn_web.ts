/** Cap'n Web over a WebSocket. @module */
import { newWebSocketRpcSession, RpcTarget } from "capnweb";
import type { ContestantClient } from "../contestant.ts";

class Echo extends RpcTarget {
  #count = 0;

  echo(body: Uint8Array): Uint8Array {
    return body;
  }

  send(_body: Uint8Array): void {
    this.#count++;
  }

  arrived(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}

/** Starts the server. */
export function serve(): Promise<string> {
  const { addr } = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.addEventListener("open", () => {
        newWebSocketRpcSession(socket, new Echo());
      });
      return response;
    },
  );
  return Promise.resolve(`ws://127.0.0.1:${addr.port}`);
}

/** Connects a client. */
export function connect(url: string): Promise<ContestantClient> {
  const echo = newWebSocketRpcSession<Echo>(url);
  return Promise.resolve({
    call: async (body) => await echo.echo(body),
    send: async (body) => await echo.send(body),
    arrived: async () => await echo.arrived(),
    [Symbol.asyncDispose]() {
      echo[Symbol.dispose]();
      return Promise.resolve();
    },
  });
}
