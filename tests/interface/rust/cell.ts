import { body, bytes, defineInterface } from "../../../interface/mod.ts";

export type CellAllResponse = Record<string, CellAllResponseValue1>;

export type CellAllResponseValue1 =
  | { Ok: Pose<number>[] }
  | { Err: Record<string, Failure> };

export type Id = number;

/** How long. */
export type Wait = { secs: number; nanos: number } | null;

/**
 * A pose
 * in space.
 */
export type Pose<T> =
  & PoseFields<T>
  & Extra;

export interface PoseFields<T> {
  /** Where it is. */
  frameNumber: number;
  position: T[];
  "kebab-name"?: string;
  label?: string | null;
  parent: Pose<T> | null;
  big: number;
  time: DateTimeUtc;
  hash: unknown;
}

export type Event =
  | { type: "idle" }
  | { type: "moving_to"; to_place: Id }
  | { type: "fell" } & Extra;

export type Adj =
  | { t: "Idle" }
  | { t: "Moving"; c: Id }
  | { t: "Pair"; c: [number, number] };

export interface Deep {
  only: Unt;
}

export type Failure =
  | "NotFound"
  | { TooLong: { secs: number; nanos: number } }
  | { Both: [number, string] }
  | { Detail: { code: number; text?: string } };

export interface Manual {
  x: number;
}

/** `other::Thing` of Rust: to be filled in. */
export type Thing = unknown;

export interface Extra {
  waits: Record<string, Wait>;
  result_of_the_last_measurement: ExtraResultOfTheLastMeasurement;
}

export type ExtraResultOfTheLastMeasurement =
  | { Ok: { secs: number; nanos: number }[] }
  | { Err: Failure };

/** `DateTime<Utc>` of Rust: to be filled in. */
export type DateTimeUtc = unknown;

export type Unt = number | string | { a: Pair; n: Nothing };

export type Pair = [number, string];

export type Nothing = null;

export const Cell = defineInterface({
  name: "Cell",
  doc:
    'A cell that has a documentation which is long enough to need a line of its own, it\'s "quoted".',
  services: {
    locate: {
      id: 1,
      request: body<[Id, Wait]>("(Id, Wait)"),
      response: body<Pose<number>>("Pose"),
      requestUpdates: {
        e: {
          id: 1,
          body: body<Event>("Event"),
        },
      },
      responseUpdates: {
        a: {
          id: 2,
          body: body<Adj>("Adj"),
        },
        r: {
          id: 3,
          body: bytes,
        },
      },
    },
    all: {
      id: 2,
      request: body<Deep>("inner::Deep"),
      response: body<CellAllResponse>(
        "HashMap<String, Result<Vec<Pose<f32>>, BTreeMap<String, Failure>>>",
      ),
    },
  },
  streams: {
    m: {
      id: 1,
      body: body<Manual>("Manual"),
    },
    d: {
      id: 2,
      body: body<{ secs: number; nanos: number }>("Duration"),
    },
    o: {
      id: 3,
      body: body<Thing>("other::Thing"),
    },
  },
});
