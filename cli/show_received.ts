import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";

/** How often it is shown, in milliseconds. */
const INTERVAL = 200;

/** Shows on a terminal how much has been read, while a response for a file comes. */
export function showReceived(
  peer: PeerHandle<Body, unknown>,
  file: string | undefined,
  { progress }: CliIo,
): Disposable {
  if (file === undefined || !progress) return { [Symbol.dispose]() {} };
  const timer = setInterval(() => {
    progress(`${file}: ${megabytes(peer.stats().bytesReceived)} received`);
  }, INTERVAL);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      progress("");
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
