/**
 * A server of `deno task soak`. The first argument is the JSON of its links. Says where
 * it listens, answers each line of its input with its figures, and ends with its input.
 */
import { bind, type Listener } from "../../mod.ts";
import type { PeerHandle, ReceivedRequestHandle } from "../../mod.ts";
import { linesOf } from "../lines_of.ts";
import type { Link } from "./addresses.ts";
import { figures } from "./figures.ts";
import {
  COUNT,
  DESCRIPTORS,
  ECHO,
  FAIL,
  FRAME,
  OPTIONS,
  WAIT,
} from "./services.ts";

// deno-lint-ignore no-explicit-any -- the same handlers for the bodies of all transports
type AnyPeer = PeerHandle<any, any>;

async function count(
  request: ReceivedRequestHandle,
  updates: number,
): Promise<string> {
  for (let i = 1; i <= updates; i++) await request.sendUpdate(1, `${i}`);
  return `${updates}`;
}

function serve(peer: AnyPeer): Promise<void> {
  return peer.serve({
    [ECHO]: (_request, body) => body,
    [COUNT]: (request, body) => count(request, Number(body.text())),
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
  });
}

const links: Link[] = JSON.parse(Deno.args[0]!);
const listeners: Listener[] = [];
const bound: Link[] = [];
for (const link of links) {
  const listener = await bind(link.address, {
    ...OPTIONS,
    ...link.options,
    // Peers are killed, and handlers throw: that is what this is for.
    onError() {},
  }) as unknown as Listener;
  listeners.push(listener);
  listener.run(serve);
  const { port } = listener.addr as unknown as { port?: number };
  const address = link.address.replace(/:0(?=\/|$)/, `:${port}`);
  bound.push({ ...link, address });
}
console.log(JSON.stringify(bound));

for await (const _line of linesOf(Deno.stdin.readable)) {
  const stats = listeners.map((listener) => listener.stats());
  console.log(JSON.stringify({
    ...figures(),
    connections: stats.reduce((sum, { open }) => sum + open, 0),
    messages: stats.reduce((sum, { total }) => sum + total.messagesReceived, 0),
  }));
}
await Promise.all(listeners.map((listener) => listener.shutdown({ grace: 0 })));
