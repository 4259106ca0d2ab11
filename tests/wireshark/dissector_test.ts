/** The Wireshark dissector, on captures of traffic that is made here. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { concat } from "@std/bytes";
import { MessageType } from "../../mod.ts";
import { Cable, frame, LAST } from "./cable.ts";
import { whyNoCapture } from "./capture.ts";
import {
  converse,
  ECHO,
  FAIL,
  JOB,
  LARGE,
  RUNNING,
  STOP,
} from "./conversation.ts";
import { decode, type Decoded, summarize } from "./decode.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

const missing = await whyNoCapture();

function dissects(name: string, fn: () => Promise<void>): void {
  const title = `the dissector ${name}`;
  if (missing === null) Deno.test(title, fn);
  else Deno.test({ name: `${title} [needs ${missing}]`, ignore: true, fn });
}

/** Type, request id and service id; then the text or error, if there is one. */
function outline({ fields }: Decoded): (string | number)[] {
  const { type, request_id, service_id, text, error } = fields;
  const numbers = [Number(type), Number(request_id), Number(service_id)];
  return [
    ...numbers,
    ...[text ?? error].filter((value) => value !== undefined),
  ];
}

const CONVERSATION: (string | number)[][] = [
  [Request, 0, ECHO, "Hello World!"],
  [Response, 0, ECHO, "Hello World!"],
  [Request, 1, ECHO],
  [Response, 1, ECHO],
  [Request, 2, JOB],
  [ResponderUpdate, 2, RUNNING, "half"],
  [RequesterUpdate, 2, STOP, "enough"],
  [Response, 2, JOB, "enough"],
  [Request, 3, FAIL],
  [Response, 3, -1, "zażółć"],
  [Stream, 0, -(2 ** 31) + 16, LAST],
];

const SUMMARY = [
  "Request #0 (1)",
  "Response #0 (1)",
  "Request #1 (1)",
  "Response #1 (1)",
  "Request #2 (2)",
  "Responder update #2 (10)",
  "Requester update #2 (20)",
  "Response #2 (2)",
  "Request #3 (3)",
  "Response #3 (error)",
  "Stream message -2147483632",
];

for (const endian of ["little", "big"] as const) {
  dissects(`shows a conversation, ${endian} endian`, async () => {
    const [capture, port] = await converse(endian);
    const ports = ["-o", `fizyr_rpc.ports:${port}`];
    const decoded = await decode(capture, ports);
    assertEquals(decoded.map(outline), CONVERSATION);
    for (const { fields } of decoded) {
      assertEquals(fields.order, `${endian} endian`);
      const body = fields.body?.split(":").length ?? 0;
      assertEquals(Number(fields.length), 12 + body);
    }
    // Reassembled from many segments.
    assertEquals(Number(decoded[3]?.fields.length), 12 + LARGE);
    assertEquals(decoded.flatMap(({ notes }) => notes), ["failed"]);
    assertMatched(decoded);

    assertEquals(await summarize(capture, ports), SUMMARY);

    // "Decode As" instead of the preference.
    const chosen = ["-d", `tcp.port==${port},fizyr_rpc`];
    assertEquals(await decode(capture, chosen), decoded);
    // The byte order that was chosen, be it wrong.
    const wrong = endian === "little" ? "Big" : "Little";
    const order = ["-o", `fizyr_rpc.order:${wrong} endian`];
    const [first] = await decode(capture, [...ports, ...order]);
    assertEquals(first?.notes, ["large"]);
  });
}

/** Every message of a request names the request, and the request its response. */
function assertMatched(decoded: readonly Decoded[]): void {
  const requests = new Map<string, Decoded>();
  for (const message of decoded) {
    const { type, request_id, ...fields } = message.fields;
    if (Number(type) === Stream) continue;
    if (Number(type) === Request) {
      requests.set(request_id!, message);
      continue;
    }
    const request = requests.get(request_id!);
    assert(request !== undefined, `no request ${request_id}`);
    assertEquals(Number(fields.request_in), request.frame);
    assertEquals(fields.service, request.fields.service_id);
    const time = Number(fields.time);
    assertLess(Math.abs(time - (message.at - request.at)), 1e-6);
    if (Number(type) !== Response) continue;
    assertEquals(Number(request.fields.response_in), message.frame);
  }
}

dissects("finds every message in a packet, and one cut in two", async () => {
  await using cable = await Cable.lay();
  const frames = [1, 2, 3].map((id) => frame(Request, id, ECHO, `body ${id}`));
  const all = concat(frames);
  const cut = all.length - 10;
  await cable.send("client", all.slice(0, cut));
  await cable.send("client", all.slice(cut, cut + 1));
  await cable.send("client", all.slice(cut + 1));
  const decoded = await cable.decode();
  assertEquals(
    decoded.map(outline),
    [1, 2, 3].map((id) => [Request, id, ECHO, `body ${id}`]),
  );
  const [first, second, third] = decoded.map(({ frame }) => frame);
  assertEquals(first, second);
  assertLess(second!, third!);
});

for (
  const [what, note, bytes] of [
    ["a length below 12", "bad_length", frame(Request, 1, ECHO, "", 11)],
    ["an absurd length", "large", frame(Request, 1, ECHO, "", 2 ** 31)],
    ["an unknown type", "bad_type", frame(5, 1, ECHO)],
  ] as const
) {
  dissects(`marks ${what}, and what is lost behind it`, async () => {
    await using cable = await Cable.lay();
    await cable.send("client", frame(Request, 0, ECHO, "good"));
    await cable.send("client", bytes);
    await cable.send("client", frame(Request, 2, ECHO));
    await cable.send("server", frame(Response, 0, ECHO, "as good"));
    const [good, bad, lost, back] = await cable.decode();
    assertEquals(outline(good!), [Request, 0, ECHO, "good"]);
    assertEquals(bad?.notes, [note]);
    assertEquals(lost?.notes, ["lost"]);
    // The other direction goes on.
    assertEquals(outline(back!), [Response, 0, ECHO, "as good"]);
    assertEquals(Number(good?.fields.response_in), back?.frame);
  });
}

dissects("marks ids that are open already, or not open", async () => {
  await using cable = await Cable.lay();
  await cable.send("client", frame(Request, 7, JOB));
  await cable.send("client", frame(Request, 7, ECHO, "again"));
  await cable.send("server", frame(Request, 7, ECHO, "its own 7"));
  await cable.send("server", frame(Response, 7, JOB, "done"));
  await cable.send("client", frame(RequesterUpdate, 7, STOP, "too late"));
  await cable.send("server", frame(ResponderUpdate, 7, RUNNING, "too late"));
  await cable.send("server", frame(Response, 99, ECHO, "to nothing"));
  await cable.send("client", frame(Response, 7, ECHO, "your 7"));
  await cable.send("client", frame(Request, 7, ECHO, "the id is free again"));
  const decoded = await cable.decode();
  assertEquals(decoded.map(({ notes }) => notes), [
    [],
    ["duplicate"],
    [],
    [],
    ["late"],
    ["unknown"],
    ["unknown"],
    [],
    [],
  ]);
  const frames = decoded.map(({ frame }) => frame);
  const answers = decoded.map(({ fields }) => Number(fields.response_in ?? 0));
  assertEquals(answers, [frames[3], 0, frames[7], 0, 0, 0, 0, 0, 0]);
});
