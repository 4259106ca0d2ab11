/** What a client makes of error texts, whoever has written them. */
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { InvalidMessageError } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera } from "./support.ts";

const { Response } = MessageType;

conformance(
  "a body that doesn't parse or validate is decode-failed, with the text",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const camera = Camera.client(peer);
    const texts = [
      "busy: no body",
      "busy: cut off\n{",
      'busy: of another type\n{"until":"noon"}',
      "busy: \n",
    ];
    for (const [id, text] of texts.entries()) {
      const call = camera.name();
      const rejected = rejectsWith("decode-failed", () => call);
      await raw.recv();
      await raw.send(Response, id, -1, text);
      const error = await rejected;
      assertInstanceOf(error, InvalidMessageError);
      assertEquals([error.responseText, error.service], [text, "Camera.name"]);
      assertEquals([error.requestId, error.outcome], [id, "unknown"]);
      assertEquals(error.received.body.text(), text);
      assertEquals(error.issues.length, text.includes("noon") ? 1 : 0);
    }
  },
);

conformance(
  "a text that is no declared error stays what it is",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const camera = Camera.client(peer);
    const texts = [
      ["dark: of another service", null, "dark: of another service"],
      ["busy:no space", null, "busy:no space"],
      ["busy", null, "busy"],
      ["canceled: by hand", "canceled", "by hand"],
      ["unavailable: draining", "unavailable", "draining"],
    ] as const;
    for (const [id, [text, reason, message]] of texts.entries()) {
      const call = camera.name();
      const rejected = rejectsWith("remote-error", () => call);
      await raw.recv();
      await raw.send(Response, id, -1, text);
      const error = await rejected;
      assertEquals([error.reason, error.message], [
        reason,
        `Camera.name: ${message}`,
      ]);
      // The other side may be anybody.
      assertEquals(error.outcome, "unknown");
    }
  },
);

conformance(
  "a declared error without a body keeps all of its text",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const call = Camera.client(peer).name();
    const rejected = assertRejects(() => call, Camera.errors.gone);
    await raw.recv();
    await raw.send(Response, 0, -1, "gone: one\ntwo");
    assertEquals((await rejected).message, "Camera.name: one\ntwo");
  },
);
