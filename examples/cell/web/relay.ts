import { connect, type PeerHandle } from "@fizyr/rpc";
import { acceptWebSocket } from "@fizyr/rpc/transports/websocket";
import { frameLimits, heartbeat } from "../interfaces.ts";
import { pageOptions } from "./page_options.ts";

/** Serves a page what another program of the cell gives. */
export type Relay = (page: PeerHandle, source: PeerHandle) => Promise<void>;

/**
 * Joins a page to a program of the cell. When one of them is gone, the connection to the
 * other one is closed. Where the program isn't there, the page gets no WebSocket, so that
 * its link tries again.
 */
export async function relay(
  request: Request,
  path: string,
  serve: Relay,
  { remoteAddr, signal }: {
    remoteAddr: Deno.NetAddr;
    signal: AbortSignal;
  },
): Promise<Response> {
  let source: PeerHandle;
  try {
    source = await connect(`unix:${path}`, { ...frameLimits, heartbeat });
  } catch (error) {
    const { message } = error as Error;
    return new Response(`${message}\n`, { status: 503 });
  }
  const response = await acceptWebSocket(request, async (page) => {
    await using program = source;
    // So that a page that watches is told to come back, and not that it has failed.
    const stop = (): void => void page.drain({ grace: 0 });
    signal.addEventListener("abort", stop);
    program.closed.then(stop);
    await serve(page, program);
    signal.removeEventListener("abort", stop);
  }, {
    ...pageOptions,
    remoteAddr,
    onError: (error) => console.log((error as Error).message),
  });
  if (response.status !== 101) await source.close();
  return response;
}
