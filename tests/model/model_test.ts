/** The model itself: what must not be seen is found. */
import { assertThrows } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";
import { frame } from "../support/scripted_frames.ts";
import { Forbidden } from "./line.ts";
import { ProtocolModel } from "./protocol_model.ts";
import { WireRules } from "./wire_rules.ts";

function newModel(): ProtocolModel {
  return new ProtocolModel({
    extensions: false,
    maxBodyLen: 100,
    isLimited: [false, false],
    maxOpenReceived: [1, 1],
    now: () => 0,
  });
}

function forbids(name: string, run: (model: ProtocolModel) => void): void {
  Deno.test(`the model forbids ${name}`, () => {
    assertThrows(() => run(newModel()), Forbidden);
  });
}

forbids("a stream message that comes twice", (model) => {
  const { number } = model.streams[0].send(1, 4);
  model.takeStream(1, number, numberedBody(1, 4));
  model.takeStream(1, number, numberedBody(1, 4));
});

forbids("stream messages in another order", (model) => {
  model.streams[0].send(1, 0);
  model.streams[0].send(2, 0);
  model.takeStream(1, 2, new Uint8Array());
  model.takeStream(1, 1, new Uint8Array());
});

forbids("a stream message that was left out", (model) => {
  model.streams[0].send(1, 0).settle("accepted");
  model.streams[0].send(2, 0);
  model.takeStream(1, 2, new Uint8Array());
});

forbids("an accepted stream message that never comes", (model) => {
  model.streams[0].send(1, 0).settle("accepted");
  model.checkEnd();
});

forbids("a body that has changed", (model) => {
  model.streams[0].send(1, 4);
  model.takeStream(1, 1, numberedBody(2, 4));
});

forbids("a request that nobody has sent", (model) => {
  model.takeRequest(1, 1, new Uint8Array());
});

forbids("a response that nobody has sent", (model) => {
  model.ask(0, 0, Infinity).onResponse(3, new Uint8Array());
});

forbids("a second ending", (model) => {
  const request = model.ask(0, 0, Infinity);
  request.answer(3, 3, 0);
  request.onResponse(3, new Uint8Array());
  request.aborted = new Error("enough");
  request.onFailure(request.aborted);
});

forbids("a request without an ending", (model) => {
  model.ask(0, 0, Infinity);
  model.checkEnd();
});

forbids("the end of a connection that is whole", (model) => {
  const request = model.ask(0, 0, Infinity);
  request.onFailure(new RpcError("connection-closed", "It ends"));
});

forbids("a request that was handed over and not sent", (model) => {
  const request = model.ask(0, 0, Infinity);
  model.takeRequest(1, request.number, numberedBody(request.number, 0));
  model.connection.close(0);
  const options = { outcome: "not-sent" } as const;
  request.onFailure(new RpcError("connection-closed", "It ends", options));
  model.checkEnd();
});

forbids("more open requests than the limit", (model) => {
  for (let i = 0; i < 2; i++) {
    const { number } = model.ask(0, 0, Infinity);
    model.takeRequest(1, number, new Uint8Array());
  }
});

forbids("a response in front of an update", (model) => {
  const request = model.ask(0, 0, Infinity);
  request.fromAnswerer.send(5, 0).settle("accepted");
  request.checkUpdatesRead();
});

forbids("a reason that nobody has given", (model) => {
  model.ask(0, 0, Infinity).onErrorText("unavailable: closing");
});

for (
  const [name, ...frames] of [
    ["a response after a response", frame(1, 7, 1), frame(1, 7, 1)],
    ["an update after a response", frame(1, 7, 1), frame(3, 7, 1)],
    ["a used id", frame(0, 7, 1), frame(0, 7, 1)],
    ["an update for a request that isn't open", frame(2, 7, 1)],
    ["a cancel without extensions", frame(0, 7, 1), frame(2, 7, -2147483644)],
  ] as const
) {
  Deno.test(`the rules of the wire forbid ${name}`, () => {
    for (const bytes of frames.slice(0, -1)) {
      new WireRules(0, false).check(bytes);
    }
    const rules = new WireRules(0, false);
    const last = frames.at(-1)!;
    for (const bytes of frames.slice(0, -1)) rules.check(bytes);
    assertThrows(() => rules.check(last), Forbidden);
  });
}
