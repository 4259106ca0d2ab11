import { ErrorReporter } from "../../internal/errors.ts";
import { TimedOut } from "../../internal/runtime/errors.ts";
import { authorized, resolveAuthorizeTimeout } from "../../peer/authorize.ts";
import { resolvePeerOptions } from "../../peer/options.ts";
import {
  checkUpgrade,
  checkUpgradeOptions,
  type Refusal,
  type UpgradeRequest,
} from "../../transports/websocket/check_upgrade.ts";
import { applicantOf } from "../../transports/websocket/upgrade_info.ts";
import {
  checkConfig,
  type WebSocketInfo,
  type WebSocketRemoteAddr,
} from "../../transports/websocket/web_socket_transport.ts";
import { checkOptions } from "../check_options.ts";
import type { WebSocketListenOptions } from "./server_options.ts";

/** What becomes of a client: it is admitted, or there is a reason why not. */
export type Admission =
  | { readonly info: WebSocketInfo; readonly refusal: null }
  | { readonly refusal: Refusal };

/** A client that asks to be admitted. */
export interface Asking {
  /** What its request says. */
  readonly request: UpgradeRequest;
  /** The path that it asks for. */
  readonly url: string;
  /** Its address. */
  readonly remoteAddr: WebSocketRemoteAddr | null;
}

/**
 * Checks options, before there is a connection.
 *
 * @throws {TypeError} If one is of another transport, or `allowedOrigins` or
 * `allowedHosts` is no list of texts.
 * @throws {RangeError} If one is out of its range.
 */
export function checkServerOptions(options: WebSocketListenOptions): void {
  checkOptions("websocket", "bind", options);
  checkConfig(options);
  checkUpgradeOptions(options);
  resolvePeerOptions(options);
  resolveAuthorizeTimeout(options.authorizeTimeout);
}

/**
 * Decides whether a client may have a WebSocket: by the rules about hosts and origins,
 * then by `authorize`. What `authorize` throws goes to `onError`, and not to the client.
 *
 * @param signal Gives up; the promise rejects with its reason.
 */
export async function admit(
  { request, url, remoteAddr }: Asking,
  options: WebSocketListenOptions,
  signal?: AbortSignal,
): Promise<Admission> {
  const refusal = checkUpgrade(request, options);
  if (refusal !== null) {
    return refused(refusal, new Error(refusal.text), options);
  }
  const applicant = applicantOf(request, url, remoteAddr);
  const { authorize, authorizeTimeout } = options;
  try {
    await authorized(
      { info: applicant.request, close: () => {} },
      { authorize, authorizeTimeout },
      signal,
    );
  } catch (error) {
    if (signal?.aborted) throw error;
    return refused(
      refusalOf(error, applicant.tokenAsked()),
      error,
      options,
    );
  }
  return { info: applicant.info, refusal: null };
}

/** What a client is told, of which `authorize` threw or said no. */
function refusalOf(error: unknown, tokenAsked: boolean): Refusal {
  if (error instanceof TimedOut) {
    return {
      status: 403,
      text: "The authorize option gave no answer in time (authorizeTimeout)",
    };
  }
  return tokenAsked
    ? {
      status: 401,
      text:
        "The authorize option refused the token, or the lack of one (the token option of connect)",
    }
    : { status: 403, text: "The authorize option refused the connection" };
}

function refused(
  refusal: Refusal,
  error: unknown,
  { onError }: WebSocketListenOptions,
): Admission {
  // The client is told. A page anywhere can cause it, so it doesn't fill the console.
  if (onError !== undefined) new ErrorReporter(onError).report(error);
  return { refusal };
}
