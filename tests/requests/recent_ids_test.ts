/** The ids of requests that have ended a moment ago. */
import { assert, assertEquals } from "@std/assert";
import { RecentIds } from "../../peer/requests/recent_ids.ts";

const LIMIT = 64;

Deno.test("It remembers no id before there is one, not even 0", () => {
  const recent = new RecentIds(LIMIT);
  assert(!recent.has(0));
  recent.add(7);
  assert(!recent.has(0));
  assert(recent.has(7));
});

for (const count of [1, 15, 16, 17, 32, 33, 64, 65, 100, 128, 1000]) {
  Deno.test(`Of ${count} ids it remembers the newest ${LIMIT}`, () => {
    const recent = new RecentIds(LIMIT);
    for (let id = 0; id < count; id++) recent.add(id);
    const known = Array.from({ length: count }, (_, id) => id)
      .filter((id) => recent.has(id));
    const first = Math.max(0, count - LIMIT);
    assertEquals(known.length, Math.min(count, LIMIT));
    assertEquals(known[0], first);
    assert(!recent.has(count));
  });
}
