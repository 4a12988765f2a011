// Shows a sentence whose values are marked <b>…</b>; nothing else in it is ever taken as markup.

export function Rich({ text }: { readonly text: string }) {
  const parts = text.split(/<\/?b>/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part))}</>;
}
