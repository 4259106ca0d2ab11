import { connect } from "../endpoints/connect.ts";
import type { Address } from "../endpoints/address.ts";
import type { Listener } from "../listener/listener.ts";
import type { Body } from "../protocol/body.ts";
import type { SocketAddr } from "../transports/acceptor.ts";
import { addressText } from "./address_text.ts";
import { Inspector } from "./inspector.ts";
import type { ConnectToServer, InspectorOptions } from "./inspector_options.ts";
import { shownListener } from "./shown_listener.ts";

/** The options of `inspector`. */
export interface ListenerInspectorOptions extends InspectorOptions {
  /**
   * Connects to the server, for what is asked of it and for calls. Default: by the
   * address of the listener. One that wants a token, or a certificate, needs this.
   */
  connect?: ConnectToServer | undefined;
}

/**
 * Serves a web page of a server in this program: its connections, open requests, calls,
 * durations, errors and queues, and its interfaces as documentation with forms to call
 * them. Its address has a token in it, which is all that protects it: see
 * {@linkcode Inspector}.
 *
 * The page needs `describe: true` and `stats: true` of `serve` for what they tell.
 *
 * @example An inspector beside a server
 * ```ts ignore
 * import { listen } from "jsr:@fizyr/rpc";
 * import { serve } from "jsr:@fizyr/rpc/interface";
 * import { inspector } from "jsr:@fizyr/rpc/inspector";
 * import { Camera, handlers } from "./camera.ts";
 *
 * await using listener = listen("tcp://127.0.0.1:1337");
 * await using page = await inspector(listener, { port: 8088 });
 * console.log(page.url);
 * const camera = Camera.implement(handlers);
 * await listener.run((peer) =>
 *   serve(peer, camera, {
 *     describe: true,
 *     stats: true,
 *     intercept: [page.intercept],
 *   })
 * );
 * ```
 * @throws {Deno.errors.AddrInUse} If the port is in use, and the other errors of
 * listening.
 * @throws {TypeError} If the token is empty.
 * @throws {RangeError} If a limit is out of its range.
 */
export function inspector<B extends Body, I, A extends SocketAddr>(
  listener: Listener<B, I, A>,
  options: ListenerInspectorOptions = {},
): Promise<Inspector> {
  const addr = listener.addr as unknown as Address;
  const connectToIt = options.connect ??
    (() =>
      connect(addr, connectOptions(listener.addr)) as ReturnType<
        ConnectToServer
      >);
  const inspected = {
    address: addressText(listener.addr),
    listener: () => shownListener(listener.stats()),
  };
  return Inspector.start(inspected, connectToIt, options);
}

/** What byte streams read and send: memory is taken as the bytes come. */
const MAX_BODY = 64 * 1024 * 1024;

function connectOptions({ transport }: SocketAddr): object {
  return {
    // What comes unasked isn't what the page is about.
    onError: () => {},
    // Datagrams and rings have memory for the longest body from the start.
    ...(!/^unix-/.test(transport) &&
      { maxBodyLenRead: MAX_BODY, maxBodyLenWrite: MAX_BODY }),
  };
}

/**
 * Serves a web page of a server elsewhere, as far as it tells of itself: what `fizyr
 * inspect` does.
 *
 * @param address Where it is, for people.
 * @param connect Makes a connection to it. It is called when the page needs one, and
 * again when that has ended.
 * @throws {Deno.errors.AddrInUse} If the port is in use, and the other errors of
 * listening.
 * @throws {TypeError} If the token is empty.
 * @throws {RangeError} If a limit is out of its range.
 */
export function inspect(
  address: string,
  connect: ConnectToServer,
  options: InspectorOptions = {},
): Promise<Inspector> {
  return Inspector.start({ address, listener: () => null }, connect, options);
}
