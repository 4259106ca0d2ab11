/**
 * The program of a page. It talks to a worker and to a frame, and tells its server what
 * came of it.
 */
import { Peer, type PeerHandle } from "../../../peer/mod.ts";
import {
  type MessagePortOptions,
  MessagePortTransport,
} from "../../../transports/message_port/mod.ts";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };
const MIB = 1024 * 1024;

/** The part of a page that is used: its types aren't loaded here. */
interface Page {
  readonly location: { readonly origin: string };
  readonly document: {
    createElement(name: "iframe"): Frame;
    readonly body: { append(frame: Frame): void };
  };
}

interface Frame {
  src: string;
  onload: () => void;
  readonly contentWindow: {
    postMessage(message: string, origin: string, ports: MessagePort[]): void;
  };
}

const { location, document } = globalThis as unknown as Page;

/** Calls a side that echoes, and that asks back. */
async function converse(peer: PeerHandle): Promise<unknown> {
  const serving = peer.serve({ 7: (_request, body) => `${body.text()}?` });
  const hello = (await peer.call(1, "Hello")).text();
  const asked = (await peer.call(5, "Who")).text();
  const image = new Uint8Array(4 * MIB).map((_, i) => i);
  const { data } = (await peer.call(1, { data: image, transfer: true })).body;
  const same = data.every((byte, i) => byte === (i & 0xff));
  const calls = Array.from({ length: 1000 }, (_, i) => peer.call(1, `${i}`));
  const answers = (await Promise.all(calls)).map((answer) => answer.text());
  await peer.close();
  await serving;
  return {
    hello,
    asked,
    image: [image.length, data.length, same],
    ordered: answers.every((text, i) => text === `${i}`),
    closed: await peer.closed,
  };
}

function startWorker(): Worker {
  return new Worker(new URL("/worker.js", location.origin), { type: "module" });
}

function spawn(worker: Worker, options: MessagePortOptions = {}): PeerHandle {
  return Peer.spawn(
    new MessagePortTransport(worker, { ...LIMITS, ...options }),
  );
}

/** What is told of a worker that was terminated. */
async function terminated(): Promise<string | undefined> {
  const worker = startWorker();
  const heartbeat = { interval: 200, timeout: 800 };
  const peer = spawn(worker, { heartbeat });
  await peer.call(1, "there");
  const call = peer.call(8, "never answered").catch(() => {});
  worker.terminate();
  await call;
  const error = await peer.closed;
  await peer.close();
  return error?.code;
}

/** A port to a frame of this page. */
async function openFrame(): Promise<MessagePort> {
  const frame = document.createElement("iframe");
  const loaded = Promise.withResolvers<void>();
  frame.onload = () => loaded.resolve();
  frame.src = "/frame";
  document.body.append(frame);
  await loaded.promise;
  const { port1, port2 } = new MessageChannel();
  frame.contentWindow.postMessage("rpc", location.origin, [port2]);
  return port1;
}

let result: unknown;
try {
  result = {
    worker: await converse(spawn(startWorker())),
    frame: await converse(
      Peer.spawn(new MessagePortTransport(await openFrame(), LIMITS)),
    ),
    terminated: await terminated(),
  };
} catch (error) {
  result = { error: String(error) };
}
await fetch("/done", { method: "POST", body: JSON.stringify(result) });
