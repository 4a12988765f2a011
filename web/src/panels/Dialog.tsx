// A modal card: keeps the focus inside, closes on Esc, and gives the focus back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useShared } from "../state/context";
import { Key } from "./Key";

export function Dialog({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  const { state } = useShared();
  const element = useRef<HTMLDialogElement>(null);
  const close = () => {
    state.dialog.value = null;
  };
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class="card" aria-label={title} onClose={close}>
      <header class="panel-head">
        <h2>{title}</h2>
        <button type="button" class="text-button end" onClick={close}>
          {state.words.value.t("close")} <Key name="Esc" />
        </button>
      </header>
      <div class="card-body">{children}</div>
    </dialog>
  );
}
