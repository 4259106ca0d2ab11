import type { NamedService } from "../../peer/requests/named_service.ts";

/** The name of a stream, and that of its interface, which is what the full name begins with. */
export function namedStream(
  { name, fullName }: { readonly name: string; readonly fullName: string },
): NamedService {
  return { owner: fullName.slice(0, -(name.length + 1)), name };
}
