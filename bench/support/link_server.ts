/** Answers with the body it got, on the address that is its argument, else to its parent. */
import { bind, type ServeHandlers } from "../../mod.ts";
import { connectToParent } from "../../supervise/mod.ts";

const echo: ServeHandlers = { 1: (_request, body) => body };
const [path] = Deno.args;
if (path === undefined) await connectToParent().serve(echo);
else {
  await using listener = await bind(`unix:${path}`);
  await listener.run((peer) => peer.serve(echo));
}
