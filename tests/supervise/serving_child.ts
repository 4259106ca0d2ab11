/**
 * A program that is looked after. It serves its parent, or an address; with `silent` it
 * does neither, with `witness=PATH` it connects to a socket, which shows that it lives.
 */
import { bind, connect, type ServeHandlers } from "../../mod.ts";
import { connectToParent } from "../../supervise/mod.ts";

const args = new Map(
  Deno.args.map((arg) => arg.split("=", 2) as [string, string]),
);
const handlers: ServeHandlers = {
  1: () => `${Deno.pid}`,
  2: () => new Promise<string>(() => {}),
  3: (_request, body) => Deno.exit(Number(body.text())),
  4: () => {
    console.error("to stderr");
    console.log("to stdout");
    return "printed";
  },
};
console.log("started");
if (args.has("stubborn")) Deno.addSignalListener("SIGTERM", () => {});
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
} else {
  await connectToParent({ exitTimeout: 200 }).serve(handlers);
}
