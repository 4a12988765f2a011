// Hands the console's state and actions to the components.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Actions } from "./actions";
import type { Console } from "./console";

export interface Shared {
  readonly state: Console;
  readonly actions: Actions;
}

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (shared === null) throw new Error("a console component is outside SharedContext");
  return shared;
}
