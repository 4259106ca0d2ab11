/**
 * A server of `deno task soak`. The first argument is the JSON of its links. Says where
 * it listens, answers each line of its input with its figures, and ends with its input.
 */
import { bind, type Listener } from "../../mod.ts";
import { linesOf } from "../lines_of.ts";
import type { Link } from "./addresses.ts";
import { figures, type Question } from "./figures.ts";
import { serve } from "./serve.ts";
import { OPTIONS } from "./services.ts";

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

for await (const line of linesOf(Deno.stdin.readable)) {
  const stats = listeners.map((listener) => listener.stats());
  console.log(JSON.stringify({
    ...figures(line as Question),
    connections: stats.reduce((sum, { open }) => sum + open, 0),
    messages: stats.reduce((sum, { total }) => sum + total.messagesReceived, 0),
  }));
}
await Promise.all(listeners.map((listener) => listener.shutdown({ grace: 0 })));
