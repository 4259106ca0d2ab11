/**
 * The callee of `bench/costs/memory.ts`: `MODULE ADDRESS FORM COUNT`. It holds what it is
 * asked to hold. `usage` on stdin is answered with what the process holds, `held` with
 * a line once COUNT requests are open.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { ECHO, type Form, HOLD, limitsFor } from "./shape.ts";
import { usage } from "./usage.ts";

const [module = "", address = "", form = "", count = ""] = Deno.args;
const { listen }: typeof Library = await import(module);

/** The forms of a callee. */
const HOLDERS: Record<Form["callee"], (peer: Peer) => Promise<void>> = {
  "serve()": (peer) =>
    peer.serve({
      [HOLD]: async () => {
        held();
        await never;
      },
      [ECHO]: (_request, body) => body,
    }),
  async "recvMessage()"(peer) {
    const requests: unknown[] = [];
    for await (const message of peer) {
      if (message.kind !== "request") continue;
      if (message.request.serviceId === HOLD) {
        requests.push(message);
        held();
      } else await message.request.sendResponse(ECHO, message.body);
    }
  },
};
type Peer = Library.PeerHandle;

const never = new Promise<void>(() => {});
const all = Promise.withResolvers<void>();
let open = 0;
function held(): void {
  if (++open === Number(count)) all.resolve();
}

const listener = listen(address, limitsFor(Number(count)));
listener.run(HOLDERS[form as Form["callee"]]);
const { addr } = listener;
console.log(
  addr.transport === "tcp" ? `tcp://127.0.0.1:${addr.port}` : address,
);

for await (const line of linesOf(Deno.stdin.readable)) {
  if (line === "held") await all.promise;
  console.log(line === "held" ? "held" : JSON.stringify(usage()));
}
Deno.exit();
