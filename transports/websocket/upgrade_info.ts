import { readOffer, SUBPROTOCOL } from "./subprotocol.ts";
import type {
  WebSocketInfo,
  WebSocketRemoteAddr,
} from "./web_socket_transport.ts";
import type { UpgradeRequest } from "./check_upgrade.ts";

/** What `authorize` of a server gets, before the WebSocket is there. */
export interface WebSocketRequest extends WebSocketInfo {
  /**
   * The token that the client gave; null if it gave none. It isn't enumerable, so that
   * logging the request doesn't show it.
   */
  readonly token: string | null;
}

/** What is known of a client, and whether somebody wanted to know its token. */
export interface Applicant {
  /** What `authorize` gets. */
  readonly request: WebSocketRequest;
  /** What the connection gets: the same without a token. */
  readonly info: WebSocketInfo;
  /** Whether the token has been looked at. */
  tokenAsked(): boolean;
}

/** Puts together what is known of a client. */
export function applicantOf(
  { host, origin, protocols }: UpgradeRequest,
  url: string,
  remoteAddr: WebSocketRemoteAddr | null,
): Applicant {
  const { protocols: offered, token } = readOffer(protocols);
  const info: WebSocketInfo = {
    transport: "websocket",
    protocol: offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : "",
    url,
    host: host ?? "",
    origin,
    protocols: offered,
    // A copy, as Deno's objects have no prototype.
    remoteAddr: remoteAddr === null ? null : { ...remoteAddr },
  };
  let asked = false;
  const request: WebSocketInfo & { token?: string | null } = { ...info };
  Object.defineProperty(request, "token", {
    enumerable: false,
    get: () => {
      asked = true;
      return token;
    },
  });
  return {
    request: request as WebSocketRequest,
    info,
    tokenAsked: () => asked,
  };
}
