/** `fizyr watch` between TLS and TLS, and TLS and TCP. */
import { assertEquals } from "@std/assert";
import { bind, connect } from "../../../mod.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { tlsTest } from "../../tls/support.ts";
import { outline, Watched } from "./watched.ts";

for (const listen of ["tls://127.0.0.1:0", "tcp://127.0.0.1:0"]) {
  tlsTest(`watch passes on what ${listen} gets`, async (scene) => {
    using folder = new TempDir();
    const pem = (name: string, text: string): string => {
      Deno.writeTextFileSync(folder.file(name), text);
      return folder.file(name);
    };
    const { ca, server } = scene;
    await using listener = await bind("tls://127.0.0.1:0", server);
    const running = listener.run((peer) =>
      peer.serve({ 1: (_request, body) => body })
    );
    {
      await using watched = await Watched.start({
        listen,
        to: `tls://localhost:${listener.addr.port}`,
        options: [
          ...["--ca", pem("ca", ca.cert)],
          ...(listen.startsWith("tls:")
            ? [
              ...["--cert", pem("cert", server.cert)],
              ...["--key", pem("key", server.key)],
            ]
            : []),
        ],
      });
      const address = watched.address.replace("127.0.0.1", "localhost");
      await using peer = await connect<string>(
        address,
        listen.startsWith("tls:") ? { caCerts: [ca.cert] } : {},
      );
      assertEquals((await peer.call(1, "hello")).text(), "hello");
      assertEquals((await watched.lines(2)).map(outline), [
        ["client", "request", "1", "hello"],
        ["server", "response", "1", "hello"],
      ]);
    }
    listener.close();
    await running;
  });
}
