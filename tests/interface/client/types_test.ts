/** What compiles with clients, and what types are inferred. */
import type { UpdatesOptions } from "../../../mod.ts";
import type { ClientOf } from "../../../interface/mod.ts";
import { accepts, compiles, type Equal, holds } from "../../types/support.ts";
import type { Camera, State } from "../support/camera.ts";

type Client = ClientOf<typeof Camera>;
type Bytes = Uint8Array<ArrayBuffer>;
type Recording = Awaited<ReturnType<Client["record"]>>;

Deno.test("A service without updates is a call, one with updates gives a handle", () => {
  compiles(async (camera: Client) => {
    holds<Equal<typeof name, string>>();
    const name = await camera.name();
    const nothing = await camera.reset();
    holds<Equal<typeof nothing, undefined>>();
    const recording = await camera.record({ frames: 1 });
    holds<Equal<typeof recording, Recording>>();
    const response = await recording.response();
    holds<Equal<typeof response, Bytes>>();
    accepts<Promise<void>>(camera.temperature(1.5));
    accepts<Promise<void>>(camera.tick());
  });
});

Deno.test("Bodies have the types that were declared", () => {
  compiles((camera: Client, recording: Recording) => {
    camera.record({ frames: 1 }, { signal: AbortSignal.abort() });
    camera.name({ signal: AbortSignal.abort() });
    // @ts-expect-error frames is a number
    camera.record({ frames: "1" });
    // @ts-expect-error the body is missing
    camera.record();
    // @ts-expect-error there is no such property
    camera.record({ frames: 1, speed: 2 });
    // @ts-expect-error there is no body
    camera.name("left");
    camera.name({ timeout: 5, metadata: { user: "x" } });
    // @ts-expect-error there is no such option
    camera.name({ deadline: 5 });
    // @ts-expect-error a stream message has a body too
    camera.temperature("warm");
    recording.send.exposure(0.5, { signal: AbortSignal.abort() });
    recording.send.cancel();
    // @ts-expect-error the body is a number
    recording.send.exposure("long");
    // @ts-expect-error there is no body
    recording.send.cancel("now");
  });
});

Deno.test("Unknown services, streams and updates don't compile", () => {
  compiles((camera: Client, recording: Recording) => {
    // @ts-expect-error there is no such service
    camera.zoom();
    // @ts-expect-error that is an update
    camera.cancel();
    // @ts-expect-error there is no such update
    recording.send.stop();
    // @ts-expect-error that one comes from the other side
    recording.send.state({ frame: 1, frames: 1 });
    // @ts-expect-error services are there to be called
    camera.name = () => Promise.resolve("mine");
  });
});

Deno.test("Updates are a union that is told apart by name", () => {
  compiles(async (recording: Recording) => {
    for await (const update of recording.updates()) {
      holds<Equal<typeof update.name, "state" | "image">>();
      if (update.name === "state") holds<Equal<typeof update.body, State>>();
      else holds<Equal<typeof update.body, Bytes>>();
      // @ts-expect-error there is no such update
      if (update.name === "stop") return;
    }
  });
  compiles(async (recording: Recording) => {
    for await (const update of recording.updates()) {
      // @ts-expect-error an image has no frame
      console.log(update.body.frame);
    }
  });
  compiles((recording: Recording, options: UpdatesOptions) => {
    const updates = recording.updates(options);
    holds<Equal<typeof updates, ReturnType<Recording["updates"]>>>();
    recording.updates({
      keep: 3,
      onDrop: (dropped) => accepts<number>(dropped),
    });
    // @ts-expect-error the newest is called "latest"
    recording.updates({ keep: "newest" });
  });
});
