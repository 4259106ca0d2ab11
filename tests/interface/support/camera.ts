import {
  body,
  bytes,
  defineInterface,
  type HandlersOf,
} from "../../../interface/mod.ts";

/** What a camera is asked to record. */
export interface Recording {
  readonly frames: number;
}

/** Where a recording is. */
export interface State {
  readonly frame: number;
  readonly frames: number;
}

/** An interface with everything that there is, without a schema library. */
export const Camera = defineInterface({
  name: "Camera",
  doc: "A camera that records.",
  services: {
    name: { id: 1, response: body<string>("String") },
    record: {
      id: 2,
      doc: "Records frames.",
      request: body<Recording>("Recording"),
      response: bytes,
      requestUpdates: {
        cancel: { id: 1, doc: "Stops the recording." },
        exposure: { id: 2, body: body<number>("f64") },
      },
      responseUpdates: {
        state: { id: 1, body: body<State>("State") },
        image: { id: 2, body: bytes },
      },
    },
    reset: { id: -2, hidden: true },
  },
  streams: {
    temperature: { id: 1, body: body<number>("f64") },
    tick: { id: 2 },
  },
});

/** Handlers that do something plain; a test replaces those that it is about. */
export const handlers: HandlersOf<typeof Camera> = {
  name: () => "camera",
  record: async function* ({ frames }) {
    for (let frame = 1; frame <= frames; frame++) {
      yield { name: "state", body: { frame, frames } };
    }
    yield { name: "image", body: new Uint8Array([1, 2, 3]) };
    return new Uint8Array([frames]);
  },
  reset: () => {},
  temperature: () => {},
  tick: () => {},
};
