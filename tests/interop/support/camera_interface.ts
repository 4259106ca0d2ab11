/** Written from `native/src/camera.rs` by `fizyr describe`, with the types filled in. */
import { body, defineInterface } from "../../../interface/mod.ts";

/** `RecordRequest` of Rust. */
export interface RecordRequest {
  readonly images: number;
  readonly until_cancelled: boolean;
}

/** `Recording` of Rust. */
export interface Recording {
  readonly images: number;
  readonly cancelled: string | null;
}

/** `CancelReason` of Rust. */
export interface CancelReason {
  readonly reason: string;
}

/** `RecordState` of Rust. */
export type RecordState = "Preparing" | {
  readonly Recording: { readonly exposure_ms: number };
};

/** `Image` of Rust. */
export interface Image {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly format: "Mono8" | "Rgb8";
  readonly data: readonly number[];
}

/** `Temperature` of Rust. */
export interface Temperature {
  readonly celsius: number;
}

export const Camera = defineInterface({
  name: "Camera",
  doc: "A camera.",
  services: {
    ping: {
      id: 0,
      doc: "Answers at once.",
    },
    record: {
      id: 2,
      doc: "Record images.\n\nEach is sent as soon as it is there.",
      request: body<RecordRequest>("RecordRequest"),
      response: body<Recording>("Recording"),
      requestUpdates: {
        cancel: {
          id: 0,
          doc: "Stop recording.",
          body: body<CancelReason>("CancelReason"),
        },
        stop: {
          id: 1,
          doc: "Stop recording, without a reason.",
          // Rust has no word for it.
          cancels: true,
        },
      },
      responseUpdates: {
        state: {
          id: 0,
          doc: "What the camera does now.",
          body: body<RecordState>("RecordState"),
        },
        image: {
          id: 1,
          doc: "One image.",
          body: body<Image>("Image"),
        },
      },
    },
    reset: {
      id: 7,
      doc: "Forget everything.",
      hidden: true,
    },
  },
  streams: {
    temperature: {
      id: 1,
      doc: "How warm it is.",
      body: body<Temperature>("Temperature"),
    },
  },
});
