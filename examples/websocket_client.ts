/**
 * A client over a WebSocket: sends one request, and prints its updates and the response.
 *
 *     deno run --allow-net=127.0.0.1 --allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE examples/websocket_client.ts [ADDRESS] [TEXT]
 *
 * The address is that of websocket_server.ts, ws://127.0.0.1:8080/rpc unless given.
 */
import { connect } from "@fizyr/rpc/transports/websocket";
import { ask } from "./greeting.ts";

const [address = "ws://127.0.0.1:8080/rpc", text = "Hello World!"] = Deno.args;

await using peer = await connect(address, { token: "open sesame" });
console.log(`Connected to ${peer.info.host}`);
await ask(peer, text);
