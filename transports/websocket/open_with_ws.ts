import { onAbort } from "../../internal/abort.ts";
import {
  ConnectionRefused,
  PermissionDenied,
  TimedOut,
} from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import { FRAME_HEAD_LEN } from "../../protocol/header.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { withAddress } from "../sockets/open_socket.ts";
import { clientInfo } from "./client_info.ts";
import type { OpenRequest } from "./connect_options.ts";
import { type KeepsAlive, MAX_MESSAGE_LEN } from "./web_socket.ts";
import {
  type WebSocketConfig,
  WebSocketTransport,
} from "./web_socket_transport.ts";
import { loadWs } from "./ws.ts";

/** How long the server may take to answer, in milliseconds. */
const HANDSHAKE_TIME = 30_000;

/** So much of a server's refusal is shown. */
const MAX_TEXT = 1000;

/** What `npm:ws` says where the handshake took too long. */
const TIMED_OUT = "Opening handshake has timed out";

/**
 * Opens a WebSocket of `npm:ws`, in Deno, Node and Bun. It has no Nagle's algorithm, as
 * Deno's own has, and it can stop reading.
 *
 * @throws {Error} PermissionDenied if the server answers with status 401 or 403,
 * ConnectionRefused if nobody listens or it answers with another status, and others
 * that have the names of Deno's.
 */
export async function openWithWs(
  { url, offer, options }: OpenRequest,
): Promise<WebSocketTransport> {
  const { WebSocket } = await loadWs();
  const { signal, caCerts, cert, key } = options;
  signal?.throwIfAborted();
  const doing = `Cannot connect to ${url.href}`;
  return await new Promise((resolve, reject) => {
    const socket = new WebSocket(url.href, offer, {
      perMessageDeflate: false,
      maxPayload: maxPayload(options),
      handshakeTimeout: HANDSHAKE_TIME,
      ...(caCerts === undefined ? {} : { ca: caCerts }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    let keepsAlive: KeepsAlive | null = null;
    const forget = signal === undefined ? null : onAbort(signal, () => {
      reject(signal.reason);
      socket.terminate();
    });
    socket.on("upgrade", ({ socket }) => keepsAlive = socket);
    // Here and not later, as messages may come right behind it.
    socket.addEventListener("open", () => {
      forget?.();
      try {
        const info = clientInfo(socket, url, offer);
        resolve(new WebSocketTransport(socket, info, options, keepsAlive));
      } catch (error) {
        socket.terminate();
        reject(error);
      }
    });
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.setEncoding("utf8");
      const refuse = (): void => {
        forget?.();
        reject(refusal(doing, response.statusCode ?? 0, text));
        socket.terminate();
      };
      response.on("data", (part) => {
        text += part;
        if (text.length >= MAX_TEXT) refuse();
      });
      response.on("end", refuse);
      response.on("error", refuse);
      response.on("aborted", refuse);
    });
    socket.on("error", (error) => {
      forget?.();
      reject(
        error.message === TIMED_OUT
          ? new TimedOut(`${doing}: no answer within ${HANDSHAKE_TIME} ms`)
          : withAddress(fromNodeError(error), doing),
      );
    });
  });
}

/** The longest message that is taken of a side that may not be of this library. */
export function maxPayload(config: WebSocketConfig): number {
  const { maxBodyLenRead } = resolveStreamConfig(config);
  return Math.max(MAX_MESSAGE_LEN, FRAME_HEAD_LEN + maxBodyLenRead);
}

function refusal(doing: string, status: number, text: string): Error {
  const said = text.slice(0, MAX_TEXT).trim();
  const message = `${doing}: the server answered with status ${status}${
    said === "" ? "" : `: ${said}`
  }`;
  return status === 401 || status === 403
    ? new PermissionDenied(message)
    : new ConnectionRefused(message);
}
