import type { KeepOptions } from "../../internal/check_options.ts";
import type { SignalOptions } from "./signal_options.ts";

/** The options of `updates()`. */
export interface UpdatesOptions extends SignalOptions, KeepOptions {}
