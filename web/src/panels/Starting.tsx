// Before the node has answered once: what is missing and what to do, inside the same frame.
import { createStrings, type Language } from "../words/catalogue";

interface Props {
  readonly language: Language;
  readonly attempt: number;
  readonly why: string;
}

export function Starting({ language, attempt, why }: Props) {
  const t = createStrings(language);
  return (
    <div class="desk">
      <main class="inner starting">
        <h1>{t("starting-title")}</h1>
        <p role="alert">{t("starting-effect")}</p>
        <p>{t("starting-next", { attempt })}</p>
        {why !== "" && <p class="soft">{why}</p>}
      </main>
    </div>
  );
}
