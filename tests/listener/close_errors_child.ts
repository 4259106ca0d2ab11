/**
 * Run by close_errors_test.ts: closes a listener whose file it may not remove any
 * more. Prints what it was told, as JSON.
 */
import { tick } from "../../internal/event_loop.ts";
import { listen } from "../../mod.ts";

const [kind, how] = Deno.args;
const dir = Deno.makeTempDirSync({ prefix: "rpc_" });
const told: string[] = [];
const listener = listen(`${kind}:${dir}/s`, {
  onError: (error) => {
    told.push(error instanceof Error ? error.name : String(error));
    if (how === "throwing") throw new Error("thrown by onError");
  },
});
const running = how === "run" ? listener.run(() => {}) : Promise.resolve();
// The program itself has it no more; root could write in any folder.
Deno.permissions.revokeSync({ name: "write" });
listener.close();
listener.close();
await running;
await listener[Symbol.asyncDispose]();
// An unhandled rejection would end the program here at the latest.
await tick();
const left = [...Deno.readDirSync(dir)].length;
console.log(JSON.stringify({ dir, told, left }));
