/** Property tests draw their cases from the run's seed: what one finds on a machine is found again by `--seed` on another. */
import fc from "fast-check"

const seed = process.env.SIGNALBOX_SEED
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
