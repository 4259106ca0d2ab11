import { defineInterface } from "../../../interface/mod.ts";

/** An interface that is exported twice. */
export const Shown = defineInterface({ name: "Shown" });
/** One that descriptions leave out. */
export const Hidden = defineInterface({ name: "Hidden", hidden: true });
export default Shown;
