// One seed for every property test, printed by fast-check on failure; another: FC_SEED=n npm test.
import process from "node:process";
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20151020) });
