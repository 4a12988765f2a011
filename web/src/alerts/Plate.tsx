// The level of an alert: filled plate, outlined plate, or line, always with shape and word.
import { LevelIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import type { Level } from "../stream/types";
import { LEVEL_WORD } from "./order";

export function Plate({ level }: { readonly level: Level }) {
  const { state } = useShared();
  return (
    <span class={`plate ${LEVEL_WORD[level]}`}>
      <LevelIcon level={level} />
      {state.words.value.t(`level-${LEVEL_WORD[level]}`)}
    </span>
  );
}
