// A key of the keyboard, drawn beside the button that does the same.

export function Key({ name }: { readonly name: string }) {
  return <kbd class="key">{name}</kbd>;
}
