/**
 * The program of a page. It connects to the server that the page's address names, calls
 * it and is called, and tells the page's own server what came of it.
 */
import { connect } from "../../endpoints/websocket_browser.ts";
import { MESSAGES } from "./page_messages.ts";

const LIMITS = { maxBodyLenRead: 1 << 22, maxBodyLenWrite: 1 << 22 };
/** A page has a location; the types of one aren't loaded here. */
const { href } = (globalThis as unknown as { location: { href: string } })
  .location;
const url = new URL(href).searchParams.get("url")!;

async function converse(): Promise<unknown> {
  const peer = await connect(url, { ...LIMITS, token: "t" });
  const streamed: string[] = [];
  const all = Promise.withResolvers<void>();
  const serving = peer.serve({
    2: (_request, body) => `page: ${body.text()}`,
  }, {
    stream: (message) => {
      if (streamed.push(message.text()) === MESSAGES.length) all.resolve();
    },
  });
  const hello = (await peer.call(1, "Hello")).text();
  const bytes = new Uint8Array(2_000_000).map((_, i) => i);
  const { data } = (await peer.call(1, bytes)).body;
  const same = data.every((byte, i) => byte === (i & 0xff));
  const calls = Array.from({ length: 1000 }, (_, i) => peer.call(1, `${i}`));
  const answers = (await Promise.all(calls)).map((answer) => answer.text());
  for (const text of MESSAGES) await peer.sendStream(3, text);
  // Behind them, so that all have come there when this is answered.
  await peer.call(1, "");
  await all.promise;
  await peer.close();
  await serving;
  return {
    streamed,
    hello,
    large: [data.length, same],
    ordered: answers.every((text, i) => text === `${i}`),
    closed: await peer.closed,
  };
}

let result: unknown;
try {
  result = await converse();
} catch (error) {
  result = { error: String(error) };
}
await fetch("/done", { method: "POST", body: JSON.stringify(result) });
