import {
  body,
  bytes,
  defineInterface,
  peerBody,
} from "../../../interface/mod.ts";

/** `RecordRequest<'static>` of Rust: to be filled in. */
export type RecordRequest = unknown;

/** `RecordError` of Rust: to be filled in. */
export type RecordError = unknown;

/** `RecordState` of Rust: to be filled in. */
export type RecordState = unknown;

/** `dyn Fn(i32) -> i32 + Send` of Rust: to be filled in. */
export type DynFnI32I32Send = unknown;

export const Camera = defineInterface({
  name: "Camera",
  doc: "A camera that records.",
  hidden: true,
  services: {
    record: {
      id: 1,
      request: body<RecordRequest>("RecordRequest<'static>"),
      response: body<{ Ok: null } | { Err: RecordError }>(
        "Result<(), RecordError>",
      ),
      requestUpdates: {
        cancel: {
          id: 1,
          doc: "Stops a recording.",
        },
        setExposure: {
          id: 16,
          body: body<number | null>("Option<f64>"),
        },
      },
      responseUpdates: {
        state: {
          id: 1,
          doc: "Where it is.",
          body: body<RecordState>("RecordState"),
        },
        image: {
          id: 2,
          body: bytes,
        },
      },
    },
    get_2d_size: {
      id: -2000,
      hidden: true,
      response: body<[number, number]>("(u32, u32)"),
    },
    type: {
      id: 3,
      request: body<string>("&'static str"),
      response: body<Record<string, DynFnI32I32Send>[]>(
        "Vec<HashMap<String, Box<dyn Fn(i32) -> i32 + Send>>>",
      ),
    },
    grab: {
      id: 4,
      response: peerBody(),
    },
  },
  streams: {
    temperature: {
      id: 1,
      body: body<number>("f32"),
    },
    histogram: {
      id: 2,
      body: body<number[]>("[u64; 256]"),
    },
  },
});
