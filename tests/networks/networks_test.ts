/**
 * Between two network namespaces, over a wire that loses, repeats, damages, delays,
 * reorders and refuses packets, and that is down for a while. `scenarios.ts` says what
 * has to hold.
 */
import { assertEquals } from "@std/assert";
import { linesOf } from "../../tools/lines_of.ts";
import { LONG, sized } from "../support/suite/long.ts";
import { whyNoCertificates } from "../tls/certificates.ts";
import { inNamespace, whyNoNetwork } from "./in_namespace.ts";
import { cells } from "./scenarios.ts";
import { NETWORK_TRANSPORTS } from "./server.ts";

const missing = await whyNoNetwork();

for (let seed = 1; seed <= sized(1, 10); seed++) {
  const name = `A network that fails does what it has to (seed ${seed})`;
  Deno.test({
    name: missing === null ? name : `${name} [needs ${missing}]`,
    ignore: missing !== null,
    async fn(t) {
      const child = inNamespace("scenarios_child.ts", [`${seed}`], {
        stdout: "piped",
      });
      const lines = linesOf(child.stdout).getReader();
      for (const { transport, name } of cells(NETWORK_TRANSPORTS, LONG)) {
        await t.step(
          `${transport.name}: a network that ${name}`,
          async () => {
            const { value = "null" } = await lines.read();
            assertEquals(JSON.parse(value), [transport.name, name, "ok"]);
          },
        );
      }
      const noTls = whyNoCertificates();
      if (noTls !== null) {
        const name = `TLS: its networks [needs ${noTls}]`;
        await t.step({ name, ignore: true, fn() {} });
      }
      await lines.cancel();
      assertEquals((await child.status).code, 0);
    },
  });
}
