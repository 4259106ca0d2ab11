import { NotSupported } from "../../internal/runtime/errors.ts";
import type { Refusal } from "../../transports/websocket/check_upgrade.ts";
import { WebSocketTransport } from "../../transports/websocket/web_socket_transport.ts";
import { type Admission, admit, checkServerOptions } from "./admit.ts";
import { runHandler, type WebSocketHandler } from "./run_handler.ts";
import type { WebSocketServeOptions } from "./server_options.ts";

/**
 * Takes a request to `Deno.serve` that wants a WebSocket, and calls a handler with its
 * peer. It gives the response that the server has to return: the upgrade, or a refusal
 * whose text names the option that would allow it.
 *
 * - A page of another origin is refused (403), and so is a name of this server that it
 *   isn't known to have: see `allowedOrigins` and `allowedHosts`.
 * - `authorize` decides before the WebSocket is there (401 or 403).
 * - A client that has vanished, such as by a pulled cable, is noticed by `heartbeat`.
 * - When the handler returns or throws, the peer is closed. What it throws, and who was
 *   refused, goes to `onError`.
 * - With `authorize` it asks for the signal of the request, to know of a client that leaves
 *   meanwhile. Deno prints a line about that signal then, once.
 * - In Node, use `acceptWebSocketUpgrade`.
 *
 * @param options Limits, rules, `authorize`, `onError`, and `remoteAddr`.
 * @throws {Deno.errors.NotSupported} Outside of Deno.
 * @throws {RangeError} If a limit is out of its range.
 *
 * @example Beside other things that a server does
 * ```ts ignore
 * import { acceptWebSocket } from "jsr:@fizyr/rpc/transports/websocket";
 *
 * Deno.serve({ hostname: "127.0.0.1", port: 8080 }, (request, { remoteAddr }) =>
 *   new URL(request.url).pathname === "/rpc"
 *     ? acceptWebSocket(request, (peer) => peer.serve({ 1: (_request, body) => body }), {
 *       remoteAddr,
 *       authorize: ({ token }) => token === Deno.env.get("TOKEN"),
 *     })
 *     : new Response("Hello")
 * );
 * ```
 */
export async function acceptWebSocket(
  request: Request,
  handler: WebSocketHandler,
  options: WebSocketServeOptions = {},
): Promise<Response> {
  checkServerOptions(options);
  if (typeof Deno === "undefined") {
    throw new NotSupported(
      "acceptWebSocket is for Deno.serve: use acceptWebSocketUpgrade with node:http, or bind",
    );
  }
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return refusalResponse({
      status: 426,
      text: "This is the address of a WebSocket",
    });
  }
  // Deno makes the address of the header Host, whatever that is.
  if (!URL.canParse(request.url)) {
    return refusalResponse({
      status: 400,
      text: "The header Host makes no address",
    });
  }
  const { pathname, search } = new URL(request.url);
  // Deno keeps the connection for ever if a client has left before the upgrade, which it
  // can only while `authorize` decides. Only who asks for the signal before is told.
  const signal = options.authorize === undefined ? undefined : request.signal;
  let admission: Admission;
  try {
    admission = await admit(
      {
        request: {
          host: headers.get("host"),
          origin: headers.get("origin"),
          protocols: headers.get("sec-websocket-protocol"),
        },
        url: pathname + search,
        remoteAddr: options.remoteAddr ?? null,
      },
      options,
      signal,
    );
    signal?.throwIfAborted();
  } catch (error) {
    if (!signal?.aborted) throw error;
    return refusalResponse({ status: 400, text: "The client has left" });
  }
  if (admission.refusal !== null) return refusalResponse(admission.refusal);
  const { info } = admission;
  let upgrade: Deno.WebSocketUpgrade;
  try {
    // Deno's own pings are off: their timer outlives a client that leaves without a word,
    // and keeps the program alive for 15 s.
    upgrade = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refusalResponse({ status: 400, text: error.message });
  }
  const { socket, response } = upgrade;
  // As an option it would be refused where no space follows the commas of the offer.
  if (info.protocol !== "") {
    response.headers.set("sec-websocket-protocol", info.protocol);
  }
  socket.addEventListener("open", () => {
    runHandler(new WebSocketTransport(socket, info, options), handler, options);
  });
  return response;
}

function refusalResponse({ status, text }: Refusal): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      ...(status === 426 ? { upgrade: "websocket" } : {}),
    },
  });
}
