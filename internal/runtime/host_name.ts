import { nodeModule } from "./node.ts";

/** The part of `Deno` that tells whether a permission is there without asking for it. */
interface Permissions {
  querySync(
    descriptor: { name: "sys"; kind: "hostname" },
  ): { readonly state: string };
}

/** The name of this machine; null where the program can't, or may not, know it. */
export function hostName(): string | null {
  const { Deno } = globalThis as unknown as {
    Deno?: { readonly permissions: Permissions };
  };
  const sys = { name: "sys", kind: "hostname" } as const;
  const state = Deno?.permissions.querySync(sys).state;
  if (state !== undefined && state !== "granted") return null;
  const os = nodeModule<{ hostname(): string }>("node:os", "A host name");
  return os.hostname();
}
