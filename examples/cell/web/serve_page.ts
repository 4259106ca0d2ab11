import { pageFiles } from "./page_files.ts";
import { type Relay, relay } from "./relay.ts";
import { relayCamera } from "./relay_camera.ts";
import { relayRobot } from "./relay_robot.ts";

/** A page that is served. */
export interface ServedPage {
  /** Where it is. */
  readonly url: string;
  /** Settles when nobody has the page open. */
  unused(): Promise<void>;
  /** Settles when it is served no more. */
  readonly finished: Promise<void>;
}

/**
 * Serves a page to look at the cell: frames of the camera, recordings, and the joints of
 * the robot. Each page gets connections of its own to both.
 */
export function servePage({ port, paths, signal }: {
  readonly port: number;
  /** The sockets of the camera and the robot. */
  readonly paths: readonly [camera: string, robot: string];
  /** Ends it, and all connections of pages. */
  readonly signal: AbortSignal;
}): ServedPage {
  const [camera, robot] = paths;
  const relays: Record<string, [path: string, serve: Relay]> = {
    "/camera": [camera, relayCamera],
    "/robot": [robot, relayRobot],
  };
  const fileOf = pageFiles();
  const open = new Set<Promise<unknown>>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, signal, onListen() {} },
    async (request, { remoteAddr }) => {
      const { pathname } = new URL(request.url);
      const target = relays[pathname];
      if (target === undefined) return await fileOf(pathname);
      return await relay(request, target[0], async (page, source) => {
        const serving = target[1](page, source);
        open.add(serving);
        await serving.finally(() => open.delete(serving));
      }, { remoteAddr, signal });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    finished: server.finished,
    async unused() {
      while (open.size > 0) await Promise.allSettled(open);
    },
  };
}
