/**
 * No wake-up is lost, whatever the order of the two sides' steps: all orders of a
 * few records, through a ring that is soon full.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ReleaseReader,
  ReleaseWriter,
} from "../../transports/shared_ring/frames/release_queue.ts";
import {
  controlWord,
  MAX_FRAMES,
  RELEASE_WORDS,
  type RingMemory,
} from "../../transports/shared_ring/ring_layout.ts";
import { RingReader } from "../../transports/shared_ring/ring_reader.ts";
import { RingWriter } from "../../transports/shared_ring/ring_writer.ts";
import { explore, type Thread } from "./support/schedules.ts";

const WORDS = 224;
const RECORD = 16;

/** A ring for so many records; what they hold doesn't matter here. */
function ring(control: Int32Array<ArrayBuffer>, records: number): RingMemory {
  const size = records * RECORD;
  return {
    control,
    size,
    offset: 0,
    // What they say doesn't matter either.
    releases: new Uint32Array(RELEASE_WORDS * MAX_FRAMES),
    bytes: new Uint8Array(size),
    words: new Uint32Array(size / 4),
    view: new DataView(new ArrayBuffer(size)),
  };
}

/** Writes records one by one, and sleeps while there is no room. */
function writes(records: number, capacity: number): Thread {
  return ({ wake, sleepUntilWoken }, control) => {
    const writer = new RingWriter(ring(control, capacity));
    for (let i = 0; i < records; i++) {
      while (writer.room(RECORD) < RECORD) {
        if (writer.sleep(RECORD)) sleepUntilWoken();
        writer.awake();
      }
      writer.add(RECORD);
      if (writer.publish()) wake();
    }
    if (writer.finish()) wake();
  };
}

/** Reads what comes until the end, and sleeps while there is nothing. */
function reads(records: number, capacity: number): Thread {
  return ({ wake, sleepUntilWoken }, control) => {
    const reader = new RingReader(ring(control, capacity));
    let read = 0;
    for (;;) {
      const available = reader.available();
      if (available > 0) {
        read += available / RECORD;
        reader.take(available);
        if (reader.release()) wake();
      } else if (reader.finished) {
        // Something may have come before the end.
        if (reader.available() === 0) break;
      } else {
        if (reader.sleep()) sleepUntilWoken();
        reader.awake();
      }
    }
    assertEquals(read, records);
  };
}

for (const [records, capacity] of [[1, 1], [2, 1], [2, 2]] as const) {
  Deno.test(`${records} records through a ring for ${capacity}, in all orders`, () => {
    const { states, ends } = explore(
      WORDS,
      [writes(records, capacity), reads(records, capacity)],
      (control) => {
        assertEquals(control[controlWord.TAIL], records * RECORD);
        assertEquals(control[controlWord.HEAD], records * RECORD);
      },
    );
    assert(states > 100, `${states}`);
    assert(ends > 1, `${ends}`);
  });
}

/** Releases frames one by one. */
function releases(frames: number): Thread {
  return ({ wake }, control) => {
    const writer = new ReleaseWriter(ring(control, 1));
    for (let i = 0; i < frames; i++) {
      const release = { region: 0, generation: i, dropped: false };
      if (writer.write(release)) wake();
    }
  };
}

/** Waits for releases, and sleeps while there are none. */
function awaitsReleases(frames: number): Thread {
  return ({ sleepUntilWoken }, control) => {
    const reader = new ReleaseReader(ring(control, 1));
    for (let missing = frames; missing > 0;) {
      if (reader.take(missing) !== null) {
        missing--;
        continue;
      }
      reader.sleep();
      if (reader.take(missing) === null) sleepUntilWoken();
      else missing--;
      reader.awake();
    }
  };
}

for (const frames of [1, 2, 3]) {
  Deno.test(`${frames} releases, in all orders`, () => {
    const { states, ends } = explore(
      WORDS,
      [releases(frames), awaitsReleases(frames)],
      (control) => assertEquals(control[controlWord.RELEASED], frames),
    );
    assert(states > 10, `${states}`);
    assert(ends > 1, `${ends}`);
  });
}

Deno.test("the exploration finds a reader that looks before it asks to be woken", () => {
  const careless: Thread = ({ sleepUntilWoken }, control) => {
    const reader = new RingReader(ring(control, 1));
    if (reader.available() > 0) return;
    Atomics.store(control, controlWord.READER_SLEEPS, 1);
    sleepUntilWoken();
  };
  assertThrows(
    () => explore(WORDS, [writes(1, 1), careless]),
    Error,
    "A wake-up is lost",
  );
});

Deno.test("the exploration finds a writer that looks at the flag before it publishes", () => {
  const careless: Thread = ({ wake }, control) => {
    const sleeps = Atomics.compareExchange(
      control,
      controlWord.READER_SLEEPS,
      1,
      0,
    );
    Atomics.store(control, controlWord.TAIL, RECORD);
    if (sleeps === 1) wake();
  };
  const reader: Thread = ({ sleepUntilWoken }, control) => {
    const reader = new RingReader(ring(control, 1));
    if (reader.sleep()) sleepUntilWoken();
  };
  assertThrows(
    () => explore(WORDS, [careless, reader]),
    Error,
    "A wake-up is lost",
  );
});
