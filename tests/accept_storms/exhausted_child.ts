/**
 * Run by exhausted_test.ts with few descriptors: a server that says "listening ADDRESS",
 * and each time that it has no descriptor for a connection "exhausted". It ends when
 * its standard input does. With `reactor` behind the address, its sockets are on the
 * reactor.
 */
import { bind } from "../../mod.ts";

// Deno 2.9 makes a pipe when it first looks after signals, which may be late, and
// panics when it can't.
const ignore = (): void => {};
Deno.addSignalListener("SIGUSR2", ignore);
Deno.removeSignalListener("SIGUSR2", ignore);

const listener = await bind(Deno.args[0]!, {
  ...(Deno.args[1] === "reactor" && { reactor: true }),
  onError: (error) =>
    console.log(
      error instanceof Error && error.message.includes("os error 24")
        ? "exhausted"
        : `failed ${error}`,
    ),
});
const { addr } = listener;
const port = "port" in addr ? addr.port : 0;
console.log(`listening ${Deno.args[0]!.replace(":0", `:${port}`)}`);
const running = listener.run((peer) =>
  peer.serve({ 1: (_request, body) => body })
);
for await (const _ of Deno.stdin.readable);
await listener[Symbol.asyncDispose]();
await running;
