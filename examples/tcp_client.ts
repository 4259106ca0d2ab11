/**
 * A client on TCP: sends one request, and prints its updates and the response.
 *
 *     deno run --allow-net=127.0.0.1 examples/tcp_client.ts [ADDRESS] [TEXT]
 *
 * The address is that of tcp_server.ts, 127.0.0.1:1337 unless given. For another
 * host, name that one in --allow-net.
 */
import { connect } from "@fizyr/rpc/transports/tcp";
import { ask } from "./greeting.ts";

const [address = "127.0.0.1:1337", text = "Hello World!"] = Deno.args;

await using peer = await connect(address);
console.log(`Connected from port ${peer.info.localAddr.port}`);
await ask(peer, text);
