/**
 * A program that is looked after. It serves its parent, or an address; with `silent` it
 * does neither, with `witness=PATH` it connects to a socket, which shows that it lives,
 * with `seqpacket` it has such a socket to its parent.
 */
import { bind, type Body, connect, type ServeHandlers } from "../../../mod.ts";
import { connectToParent } from "../../../supervise/mod.ts";

const args = new Map(
  Deno.args.map((arg) => arg.split("=", 2) as [string, string]),
);
const handlers: ServeHandlers<Body> = {
  1: () => `${Deno.pid}`,
  2: () => new Promise<string>(() => {}),
  3: (_request, body) => Deno.exit(Number(body.text())),
  4: () => {
    console.error("to stderr");
    console.log("to stdout");
    return "printed";
  },
  // A program of its own that has its output, and may outlive it.
  5: () => {
    const child = new Deno.Command("sleep", { args: ["600"], stdin: "null" });
    return `${child.spawn().pid}`;
  },
};
if (args.has("stubborn")) Deno.addSignalListener("SIGTERM", () => {});
console.log("started");
if (args.has("witness")) {
  const peer = await connect(`unix:${args.get("witness")}`);
  peer.serve({});
}
if (args.has("silent")) await new Promise(() => setInterval(() => {}, 1 << 30));
if (args.has("address")) {
  const stop = new AbortController();
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  await using listener = await bind(`unix:${args.get("address")}`);
  await listener.run((peer) => peer.serve(handlers), { signal: stop.signal });
} else if (args.has("seqpacket")) {
  const parent = connectToParent({
    socket: "seqpacket",
    exitTimeout: 200,
    maxBodyLenRead: 16_384,
  });
  await parent.serve({
    ...handlers,
    6: async (_request, body) => {
      using fd = body.fds[0]!;
      const file = await fd.toFile();
      return await new Response(file.readable).text();
    },
  });
} else {
  const parent = connectToParent({ exitTimeout: 200, maxBodyLenRead: 16_384 });
  await parent.serve({
    ...handlers,
    6: (_request, body) => `${body.data.length}`,
  });
  console.log("served");
}
