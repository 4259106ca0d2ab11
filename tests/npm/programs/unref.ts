/** A server and a client that nobody closes, and that don't keep the program alive. */
import { bind, connect } from "@fizyr/rpc";

const listener = await bind("127.0.0.1:0");
const accepting = listener.accept();
const client = await connect(listener.addr);
const server = await accepting;
const serving = server.serve({ 1: (_request, body) => body });
console.log(JSON.stringify((await client.call(1, "still there")).text()));
for (const open of [listener, client, server]) open.unref();
serving.then(() => console.log("It has ended"));
