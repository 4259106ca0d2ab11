/** A program that looks after another one, until it is killed. */
import { supervise } from "../../../supervise/mod.ts";

const [how, ...args] = Deno.args;
const child = supervise({
  name: "child",
  command: [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-check",
    "-A",
    new URL("serving_child.ts", import.meta.url).href,
    ...args,
  ],
  dieWithParent: how === "pdeathsig" ? "pdeathsig" : "socket",
});
const { error } = await child.finished;
console.log(error?.name);
