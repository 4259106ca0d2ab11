/**
 * Talks to a worker of `node:worker_threads`, which runs this program too. Prints what
 * it got, as JSON.
 */
import process from "node:process";
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  Worker,
  workerData,
} from "node:worker_threads";
import { Peer, type PeerHandle } from "@fizyr/rpc/peer";
import { MessagePortTransport } from "@fizyr/rpc/transports/message-port";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };

async function converse(): Promise<object> {
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

/** A worker that serves on a port of its own, and the other end of that. */
function startBehindPort(): { worker: Worker; port: MessagePort } {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(process.argv[1]!, {
    workerData: port2,
    transferList: [port2],
  });
  return { worker, port };
}

/** How a connection over such a port ends when `end` is done. */
async function ending(
  end: (peer: PeerHandle, port: MessagePort) => unknown,
): Promise<unknown> {
  const { worker, port } = startBehindPort();
  const peer = Peer.spawn(new MessagePortTransport(port));
  const answer = await peer.call(1, "before");
  end(peer, port);
  const error = await peer.closed;
  await peer.close();
  await worker.terminate();
  return [answer.text(), error?.code, error?.message];
}

/** How a connection ends whose port stays, when the worker exits that is said to be behind it. */
async function exitBehindPort(): Promise<unknown> {
  const { worker, port } = startBehindPort();
  const { port1, port2 } = new MessageChannel();
  const watching = Peer.spawn(new MessagePortTransport(port1, { worker }));
  const peer = Peer.spawn(new MessagePortTransport(port));
  peer.call(2, "").catch(() => {});
  const error = await watching.closed;
  await Promise.all([watching.close(), peer.close()]);
  port2.close();
  return [error?.code, error?.message];
}

async function endings(): Promise<object> {
  return {
    portClosed: await ending((peer) => void peer.call(3, "").catch(() => {})),
    workerGone: await ending((peer) => void peer.call(2, "").catch(() => {})),
    // What is posted to a thread of the same program can always be read.
    unreadable: await ending((_peer, port) =>
      port.emit("messageerror", new Error("It can't be read"))
    ),
    exit: await exitBehindPort(),
  };
}

if (isMainThread) {
  console.log(JSON.stringify({ ...await converse(), ...await endings() }));
} else {
  const port = workerData as MessagePort | null ?? parentPort!;
  const peer = Peer.spawn(new MessagePortTransport(port, LIMITS));
  peer.serve({
    1: (_request, body) => body,
    2: () => process.exit(7),
    // Without a word of the library.
    3: () => port.close(),
    5: (_request, body) => peer.call(7, body).then((answer) => answer.body),
  });
}
