import { PERMISSIONS } from "../../support/permissions.ts";
import { DOCUMENT_TARGETS } from "./document_targets.ts";
import { LIVE_TARGETS } from "./live_targets.ts";
import type { Target } from "./target.ts";
import { TLS_TARGETS } from "./tls_targets.ts";
import { TYPED_TARGETS } from "./typed_targets.ts";
import { UNIX_TARGETS } from "./unix_targets.ts";
import { WIRE_TARGETS } from "./wire_targets.ts";

/** Everything that takes bytes from elsewhere, as far as it may run here. */
export const TARGETS: readonly Target[] = [
  ...WIRE_TARGETS,
  ...DOCUMENT_TARGETS,
  ...TYPED_TARGETS,
  ...(PERMISSIONS.net.granted ? LIVE_TARGETS : []),
  ...(PERMISSIONS.all.granted ? TLS_TARGETS : []),
  ...(PERMISSIONS.ffi.granted ? UNIX_TARGETS : []),
];
