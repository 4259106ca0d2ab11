import type { PeerHandle, ReceivedRequestHandle } from "../../mod.ts";
import {
  COUNT,
  DESCRIPTORS,
  ECHO,
  FAIL,
  FRAME,
  SAMPLES,
  TAKE,
  WAIT,
} from "./services.ts";

// deno-lint-ignore no-explicit-any -- the same handlers for the bodies of all transports
type AnyPeer = PeerHandle<any, any>;

/** Offers the services of the soak to a connection, until it ends. */
export function serve(peer: AnyPeer): Promise<void> {
  let samples = 0;
  return peer.serve({
    [ECHO]: (_request, body) => body,
    [COUNT]: (request, body) => count(request, Number(body.text())),
    [TAKE]: (request, body) => take(request, Number(body.text())),
    [WAIT]: (_request, _body, { signal }) =>
      new Promise<string>((resolve) => {
        if (signal.aborted) resolve("over");
        else signal.addEventListener("abort", () => resolve("over"));
      }),
    [DESCRIPTORS]: (_request, body) => {
      using files = body;
      return `${files.fds.length}`;
    },
    [FRAME]: (_request, body) => {
      using frame = body;
      return `${frame.data.length} ${frame.data[0]}`;
    },
    [FAIL]: () => {
      throw new Error("as asked");
    },
    [SAMPLES]: () => `${samples}`,
  }, {
    stream: (message) => {
      // One that is out of order is none.
      if (Number(message.text()) === samples + 1) samples++;
    },
  });
}

async function count(
  request: ReceivedRequestHandle,
  updates: number,
): Promise<string> {
  for (let i = 1; i <= updates; i++) await request.sendUpdate(1, `${i}`);
  return `${updates}`;
}

async function take(
  request: ReceivedRequestHandle,
  updates: number,
): Promise<string> {
  let inOrder = 0;
  for (let i = 1; i <= updates; i++) {
    const update = await request.recvUpdate();
    if (Number(update?.text()) === inOrder + 1) inOrder++;
  }
  return `${inOrder}`;
}
