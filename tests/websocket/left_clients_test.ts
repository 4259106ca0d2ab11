/** Clients that leave before their WebSocket is there, and those that take nothing. */
import { assertEquals } from "@std/assert";
import { acceptWebSocket } from "../../endpoints/websocket.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { SERVERS } from "./support.ts";

const PROGRAM = new URL("./left_client_program.ts", import.meta.url).href;

testWith(
  "all",
  "Deno.serve: a client that leaves while authorize decides leaves nothing",
  async () => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<boolean>();
    let status = 0;
    let handled = 0;
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        request.signal.addEventListener("abort", () => gone.resolve(true));
        const response = await acceptWebSocket(request, () => void handled++, {
          authorize: () => {
            asked.resolve();
            return gone.promise;
          },
        });
        status = response.status;
        return response;
      },
    );
    const { port } = server.addr;
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    const request = [
      "GET /rpc HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "",
      "",
    ];
    await client.write(new TextEncoder().encode(request.join("\r\n")));
    await asked.promise;
    client.close();
    await gone.promise;
    // It waits for all connections.
    await server.shutdown();
    assertEquals([status, handled], [400, 0]);
  },
);

// Deno's own timer for idle WebSockets kept the program alive for 15 s.
for (const [name] of SERVERS) {
  testWith(
    "all",
    `${name}: a program ends with its server after a client has left without a word`,
    async () => {
      const { code, stderr } = await runDeno([
        ...["run", "-A", "--no-check", PROGRAM],
        name,
      ]);
      assertEquals(code, 0, stderr);
    },
  );
}
