/**
 * A server and a client by TLS in one program; its argument is certificates, as
 * JSON. Prints what they know of each other.
 */
import process from "node:process";
import { connect as connectTcp } from "@fizyr/rpc/transports/tcp";
import { bind, connect } from "@fizyr/rpc/transports/tls";

const { cert, key, ca } = JSON.parse(process.argv[2]!);

/** What clients are told that have no protocol in common with a server, or no TLS. */
async function refusals(): Promise<string[]> {
  const caCerts = [ca];
  const told: string[] = [];
  for (const alpn of [undefined, ["theirs"]]) {
    const listener = await bind("tls://127.0.0.1:0", {
      cert,
      key,
      alpn,
      onError() {},
    });
    listener.run(() => {});
    const { port } = listener.addr;
    const address = `tls://localhost:${port}` as const;
    await connect(address, { caCerts, alpn: ["ours"] }).catch((
      { message }: Error,
    ) => told.push(message.replace(address, "ADDRESS").replace(/ \([^]*/, "")));
    const plain = await connectTcp({ port });
    await plain.call(1, "").catch(({ message }: Error) =>
      told.push(message.split(":", 1)[0]!)
    );
    await plain.close();
    await listener.shutdown();
  }
  return told;
}

try {
  const listener = await bind("tls://127.0.0.1:0", { cert, key, clientCa: ca });
  const accepting = listener.accept();
  const { port } = listener.addr;
  const trusting = { caCerts: [ca] };
  const client = await connect(`tls://localhost:${port}`, {
    cert,
    key,
    ...trusting,
  });
  const server = await accepting;
  const serving = server.serve({ 1: (_request, body) => body });
  const answer = (await client.call(1, "by TLS")).text();
  const names = [client, server].map(({ info }) =>
    info.certificate?.subject.CN
  );
  await client.close();
  await serving;
  const untrusted = await connect(`tls://localhost:${port}`)
    .catch((error: Error) => error.name);
  const anonymous = await connect(`tls://localhost:${port}`, trusting);
  const refused = await anonymous.closed;
  await listener.shutdown();
  console.log(
    JSON.stringify([
      answer,
      ...names,
      untrusted,
      refused?.code,
      ...await refusals(),
    ]),
  );
} catch (error) {
  console.log(JSON.stringify((error as Error).name));
}
process.exit();
