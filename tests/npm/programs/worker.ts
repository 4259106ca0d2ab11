/**
 * Talks to a worker of `node:worker_threads`, which runs this program too. Prints what
 * it got, as JSON.
 */
import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Peer } from "@fizyr/rpc/peer";
import { MessagePortTransport } from "@fizyr/rpc/transports/message-port";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };

async function converse(): Promise<unknown> {
  const worker = new Worker(process.argv[1]!);
  const peer = Peer.spawn(new MessagePortTransport(worker, LIMITS));
  const serving = peer.serve({ 7: (_request, body) => `${body.text()}?` });
  const asked = (await peer.call(5, "Who")).text();
  const image = new Uint8Array(4 * 1024 * 1024).fill(7);
  const { data } = (await peer.call(1, { data: image, transfer: true })).body;
  const calls = Array.from({ length: 1000 }, (_, i) => peer.call(1, `${i}`));
  const answers = (await Promise.all(calls)).map((answer) => answer.text());
  const lost = peer.call(2, "exits");
  const error = await lost.catch((error: { code: string }) => error.code);
  await peer.close();
  await serving;
  return {
    asked,
    image: [image.length, data.length, data[0], data.at(-1)],
    ordered: answers.every((text, i) => text === `${i}`),
    exited: [error, (await peer.closed)?.message],
  };
}

if (isMainThread) console.log(JSON.stringify(await converse()));
else {
  const peer = Peer.spawn(new MessagePortTransport(parentPort!, LIMITS));
  peer.serve({
    1: (_request, body) => body,
    2: () => process.exit(7),
    5: (_request, body) => peer.call(7, body).then((answer) => answer.body),
  });
}
