import { PERMISSIONS, testUnless } from "../permissions.ts";
import { SharedByTests } from "../suite/shared_by_tests.ts";
import { ChromiumProcess } from "./chromium_process.ts";
import { DrivenChromium } from "./driven_chromium.ts";

/** Why there is no browser: null if there is one. */
export function whyNoChromium(): string | null {
  const { granted, flag } = PERMISSIONS.all;
  if (!granted) return flag;
  try {
    const { success } = new Deno.Command("chromium", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? null : "chromium";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "chromium";
    throw error;
  }
}

const missing = whyNoChromium();

const shared = new SharedByTests(async (ending) =>
  ending.use(await ChromiumProcess.start())
);

/** Registers a test that is ignored where there is no Chromium. */
export function browserTest(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  if (missing === null) shared.register();
  testUnless(missing, `Chromium: ${name}`, fn);
}

/** Makes an empty profile in the Chromium that the tests share. */
export function openProfile(): Promise<DrivenChromium> {
  return DrivenChromium.of(shared.value!);
}

/** Shows a page in Chromium until `result` is there, and gives it. */
export async function visit<T>(
  address: string,
  result: () => Promise<T>,
): Promise<T> {
  if (shared.value !== null) {
    return await visitIn(shared.value, address, result);
  }
  await using own = await ChromiumProcess.start();
  return await visitIn(own, address, result);
}

/** The same in a Chromium of the test's. */
export async function visitIn<T>(
  chromium: ChromiumProcess,
  address: string,
  result: () => Promise<T>,
): Promise<T> {
  await using profile = await DrivenChromium.of(chromium);
  await profile.open(address);
  return await result();
}
